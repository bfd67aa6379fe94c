import type { Runtime } from "./runtime.ts";
import { RemoteUnavailable } from "./unavailable.ts";

/** So many attempts at a row that others are changing too: each fails only because another one succeeded. */
const MOST = 24;
/** Longest pause between two of them, in milliseconds. */
const LONGEST_PAUSE_MS = 200;

/** What an attempt answers that others have kept from succeeding. */
export const AGAIN = Symbol("again");

/**
 * Does something that others may keep from succeeding, again after a pause, and not for ever.
 *
 * @throws RemoteUnavailable after the last attempt
 */
export async function insist<T>(
  runtime: Pick<Runtime, "pause" | "random">,
  attempt: () => Promise<T | typeof AGAIN>,
): Promise<T> {
  for (let count = 0; count < MOST; count += 1) {
    const answer = await attempt();
    if (answer !== AGAIN) return answer;
    await runtime.pause(runtime.random() * Math.min(5 * 2 ** count, LONGEST_PAUSE_MS));
  }
  throw new RemoteUnavailable("records", { executed: "unknown", retryAfterSeconds: 1 });
}
