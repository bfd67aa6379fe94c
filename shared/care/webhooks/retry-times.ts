import type { Runtime } from "../../base/runtime.ts";

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** After the first try, as Standard Webhooks has it: three days and three hours in all, longer than a failing one is kept on. */
const PAUSES_MS = [
  5 * SECOND,
  5 * MINUTE,
  30 * MINUTE,
  2 * HOUR,
  5 * HOUR,
  10 * HOUR,
  14 * HOUR,
  20 * HOUR,
  24 * HOUR,
];
/** A pause that a receiver asks for is kept up to this. */
const LONGEST_ASKED_MS = HOUR;
/** What finds no room is tried again after so long, and then after twice that, … */
const NO_ROOM_MS = 5 * SECOND;
const LONGEST_NO_ROOM_MS = 5 * MINUTE;

type Now = Pick<Runtime, "now" | "random">;

const later = ({ now, random }: Now, milliseconds: number): Date =>
  new Date(now().getTime() + milliseconds * (1 + random() / 4));

/**
 * When a try that has failed is made again, spread so that those that failed together come apart. Nothing: it was the last.
 *
 * @param attempt that has failed, 1 being the first
 */
export function nextTry(runtime: Now, attempt: number, askedSeconds = 0): Date | undefined {
  const pause = PAUSES_MS[attempt - 1];
  if (pause === undefined) return undefined;
  return later(runtime, Math.max(pause, Math.min(askedSeconds * SECOND, LONGEST_ASKED_MS)));
}

/** When a try that could not even begin is begun again. */
export const nextRoom = (runtime: Now, putOff: number): Date =>
  later(runtime, Math.min(NO_ROOM_MS * 2 ** Math.min(putOff, 10), LONGEST_NO_ROOM_MS));

/** After a pause those that waited for it come apart, too. */
export const afterPause = ({ random }: Pick<Runtime, "random">, pausedUntil: Date): Date =>
  new Date(pausedUntil.getTime() + random() * 2 * SECOND);

export const isLastTry = (attempt: number): boolean => attempt > PAUSES_MS.length;
