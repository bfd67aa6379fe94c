const FIRST_MS = 1_000;
const LONGEST_MS = 5 * 60_000;

/**
 * When to try again what has failed so many times before: 1 s, 2 s, 4 s, … at most 5 minutes, spread by a quarter.
 *
 * @param atLeastSeconds a pause that was asked for; no longer than 5 minutes either, for others wait with it
 */
export function backOff(
  runtime: { now(): Date; random(): number },
  failures: number,
  atLeastSeconds = 0,
): Date {
  const doubled = Math.min(FIRST_MS * 2 ** Math.min(failures, 20), LONGEST_MS);
  const spread = doubled * (0.75 + runtime.random() / 2);
  return new Date(
    runtime.now().getTime() + Math.max(spread, Math.min(atLeastSeconds * 1000, LONGEST_MS)),
  );
}
