import { setTimeout as pause } from "node:timers/promises";

/** Between two looks, in milliseconds; and as many times what a look takes, so that looking leaves the machine to what is awaited. */
const PAUSE_MS = 50;
const LOOKS = 4;

/**
 * Waits for a state that no event announces, such as "every lock has run out". Asks again and again, and says what it last saw
 * when the time is over: so late that a machine which stands still for a while is not taken for something that never comes.
 */
export async function eventually<T>(
  read: () => T | Promise<T>,
  settled: (value: T) => boolean,
  timeoutMs = 60_000,
): Promise<T> {
  const until = Date.now() + timeoutMs;
  for (;;) {
    const asked = Date.now();
    const value = await read();
    if (settled(value)) return value;
    if (Date.now() > until)
      throw new Error(`Not settled in time; last seen: ${JSON.stringify(value)}`);
    await pause(Math.max(PAUSE_MS, LOOKS * (Date.now() - asked)));
  }
}
