/** Azure's host kills its worker five seconds after it has told it to end; what else ends then needs a part of that. */
const FAREWELL_MS = 2_500;

/** Waits for all of it, but no longer than a process that ends has: telemetry that cannot be delivered holds nothing up. */
export async function inTime(work: readonly Promise<unknown>[]): Promise<void> {
  const { promise: over, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, FAREWELL_MS);
  await Promise.race([Promise.allSettled(work), over]);
  clearTimeout(timer);
}
