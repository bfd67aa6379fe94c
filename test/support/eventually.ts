import { setTimeout as pause } from "node:timers/promises";

/**
 * Waits for a state that no event announces, such as "every lock has run out". Asks every 50 ms and says what it last saw when
 * the time is over.
 */
export async function eventually<T>(
  read: () => T | Promise<T>,
  settled: (value: T) => boolean,
  timeoutMs = 20_000,
): Promise<T> {
  const until = Date.now() + timeoutMs;
  for (;;) {
    const value = await read();
    if (settled(value)) return value;
    if (Date.now() > until)
      throw new Error(`Not settled in time; last seen: ${JSON.stringify(value)}`);
    await pause(50);
  }
}
