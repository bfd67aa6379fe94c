import type { Runtime } from "./runtime.ts";
import { counting, endOf, type Slots, slotOf, type Window } from "./slots.ts";

/**
 * What is used up of a budget that all hosts share, without a request to the tables for each use: every host counts its own, and
 * about once a second, while anything is counted, writes its row and reads those of the others.
 *
 * What this leaves: a host knows of another's use a second or two late, so of a budget that n hosts use up at once as much more is
 * given away as n - 1 of them can use in that time. A host that dies takes with it what it had counted since its last row, at
 * most a second's worth; its row goes on counting until its time is over. Clocks that differ shift what is counted by as much. A
 * host that cannot reach the tables counts alone. Every one of these limits has a harder one behind it: the account of the
 * subscription, and what the directory and the mail service refuse themselves.
 */

const SECOND_MS = 1_000;
export const WINDOWS = {
  minute: { lengthMs: 60 * SECOND_MS, slotMs: 5 * SECOND_MS },
  tenMinutes: { lengthMs: 600 * SECOND_MS, slotMs: 60 * SECOND_MS },
  hour: { lengthMs: 3_600 * SECOND_MS, slotMs: 300 * SECOND_MS },
} as const satisfies Record<string, Window>;
export type WindowName = keyof typeof WINDOWS;
const NAMES = Object.keys(WINDOWS) as readonly WindowName[];

export type UsageSnapshot = Readonly<Record<WindowName, Slots>>;

/** One host's count as it last said it. */
export interface HostUsage {
  readonly host: string;
  readonly saidAt: Date;
  readonly usage: UsageSnapshot;
}

/** Where hosts tell each other. All methods throw `RemoteUnavailable`. */
export interface UsageBoard {
  say(own: HostUsage): Promise<void>;
  all(): Promise<readonly HostUsage[]>;
  /** Takes a host's row away whose counts are all over. Safe to repeat. */
  forget(host: string): Promise<void>;
}

export interface Usage {
  /** @returns takes it back: it was not used after all */
  add(window: WindowName, key: string): () => void;
  /** How much of a key was used in the window that ends now, by this host and the others. */
  within(window: WindowName, key: string): number;
  /** The most that was used of any key with this beginning. */
  most(window: WindowName, prefix: string): number;
  /** In how many milliseconds less than `below` of a key will count, if nothing is added. */
  freeInMs(window: WindowName, key: string, below: number): number;
  /** Says what is new and hears what the others say; nothing to be said or heard of late costs nothing. */
  exchange(): Promise<void>;
  /** Resolves once the others' counts have been read for the first time, or could not be. */
  ready(): Promise<void>;
}

type Counts = Map<number, Map<string, number>>;

export function sharedUsage(board: UsageBoard, runtime: Pick<Runtime, "now" | "newId">): Usage {
  const host = runtime.newId();
  const own: Record<WindowName, Counts> = {
    minute: new Map(),
    tenMinutes: new Map(),
    hour: new Map(),
  };
  let others: readonly HostUsage[] = [];
  let news = false;
  let first: Promise<void> | undefined;
  const now = (): number => runtime.now().getTime();

  function* counts(window: WindowName) {
    yield* counting(WINDOWS[window], own[window], now());
    for (const { usage } of others) yield* counting(WINDOWS[window], usage[window], now());
  }
  const change = (window: WindowName, slot: number, key: string, by: number): void => {
    news = true;
    const counts = own[window].get(slot) ?? new Map<string, number>();
    const next = (counts.get(key) ?? 0) + by;
    if (next > 0) counts.set(key, next);
    else counts.delete(key);
    own[window].set(slot, counts);
  };
  const dropOld = (): void => {
    for (const name of NAMES)
      for (const slot of own[name].keys())
        if (endOf(WINDOWS[name], slot) < now()) own[name].delete(slot);
  };
  const read = async (): Promise<void> => {
    const all = (await board.all()).filter((one) => one.host !== host);
    const isOver = ({ saidAt }: HostUsage) => now() - saidAt.getTime() > 2 * WINDOWS.hour.lengthMs;
    others = all.filter((one) => !isOver(one));
    for (const gone of all.filter(isOver)) await board.forget(gone.host);
  };

  return {
    add: (window, key) => {
      const slot = slotOf(WINDOWS[window], now());
      change(window, slot, key, 1);
      return () => change(window, slot, key, -1);
    },
    within: (window, key) => {
      let sum = 0;
      for (const [, one, amount] of counts(window)) if (one === key) sum += amount;
      return sum;
    },
    most: (window, prefix) => {
      const sums = new Map<string, number>();
      for (const [, key, amount] of counts(window))
        if (key.startsWith(prefix)) sums.set(key, (sums.get(key) ?? 0) + amount);
      return [...sums.values()].reduce((a, b) => Math.max(a, b), 0);
    },
    freeInMs: (window, key, below) => {
      const slots = [...counts(window)]
        .filter(([, one]) => one === key)
        .toSorted(([a], [b]) => a - b);
      let left = slots.reduce((sum, [, , amount]) => sum + amount, 0);
      for (const [slot, , amount] of slots) {
        if (left < below) break;
        left -= amount;
        if (left < below) return Math.max(0, endOf(WINDOWS[window], slot) - now());
      }
      return left < below ? 0 : WINDOWS[window].lengthMs;
    },
    exchange: async () => {
      if (!news) return;
      news = false;
      dropOld();
      try {
        await board.say({ host, saidAt: runtime.now(), usage: own });
        await read();
      } catch (error) {
        // Said with the next exchange.
        news = true;
        throw error;
      }
    },
    ready: () => {
      first ??= read().catch(() => undefined);
      return first;
    },
  };
}
