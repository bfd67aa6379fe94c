/**
 * Counts of what happened of late, kept by slots of time: a slot counts until all of it is older than the window, so never too
 * little is counted, and too much for one slot at most.
 */

export interface Window {
  /** In milliseconds. */
  readonly lengthMs: number;
  readonly slotMs: number;
}

/** By number of the slot since the epoch, then by key. */
export type Slots = ReadonlyMap<number, ReadonlyMap<string, number>>;

export const slotOf = ({ slotMs }: Window, at: number): number => Math.floor(at / slotMs);

/** The oldest slot that counts. */
const first = (window: Window, now: number): number => slotOf(window, now - window.lengthMs);
/** A clock that is further ahead than a window is not believed. */
const last = (window: Window, now: number): number => slotOf(window, now + window.lengthMs);

/** What counts now: how much of each key in each slot. */
export function* counting(
  window: Window,
  slots: Slots,
  now: number,
): Generator<readonly [slot: number, key: string, amount: number]> {
  for (const [slot, amounts] of slots)
    if (slot >= first(window, now) && slot <= last(window, now))
      for (const [key, amount] of amounts) yield [slot, key, amount];
}

/** When a slot no longer counts, in milliseconds since the epoch. */
export const endOf = (window: Window, slot: number): number =>
  (slot + 1) * window.slotMs + window.lengthMs;
