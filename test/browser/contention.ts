const SPIN_MS = 200;

/**
 * How many times longer than its own CPU time a busy loop takes here and now: 1 on a machine that does nothing else, 3 where three
 * others want the same core. Times that are promised for one page are divided by it, so that neighbours do not decide a test.
 */
export function contention(): number {
  const before = process.cpuUsage();
  const started = performance.now();
  while (performance.now() - started < SPIN_MS);
  const wallMs = performance.now() - started;
  const { user, system } = process.cpuUsage(before);
  return Math.max(1, (wallMs * 1_000) / Math.max(1, user + system));
}
