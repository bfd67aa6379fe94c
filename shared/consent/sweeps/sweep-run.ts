import { withDeadline } from "../../base/deadline.ts";
import { note } from "../../base/observation.ts";
import { RemoteUnavailable } from "../../base/unavailable.ts";
import type { ClaimDeps } from "../claim.ts";
import { entryBudgetMs } from "../time-budget.ts";
import { workQueue } from "./work-queue.ts";

/** So many entries at once: enough to catch up after an outage, too few to weigh on services that recover. */
const LANES = 8;
/** Of them for one subscription: one that has a thousand waiting does not keep the others from being looked after. */
const SHARE = 2;
/** So many calls of the directory at once for the lists of a sweep. */
const ASKING = 4;
/** No entry is begun later than so many milliseconds after the start: what is left comes with the next run. */
const BEGIN_WITHIN_MS = 4 * 60_000;

/** One run over many entries, each of which fails for itself. */
export interface SweepRun {
  /** Entries that failed, whatever the failure; several asked about together count as one. */
  readonly failed: number;
  /** Entries that were not begun in time. */
  readonly left: number;
  /** Works on one entry as soon as a lane is free. */
  entry(owner: string, work: () => Promise<void>): void;
  /**
   * Reads a list as it comes and asks about it in groups. A group that meets anything but an outage is asked about in halves,
   * so that one entry that cannot be asked about costs the others nothing but time.
   */
  groups<T>(
    list: AsyncIterable<T>,
    size: number,
    ask: (group: readonly T[]) => Promise<void>,
  ): Promise<void>;
  /** Resolves when all entries are through. */
  done(): Promise<void>;
}

export function sweepRun(deps: ClaimDeps): SweepRun {
  const queue = workQueue(LANES, SHARE);
  const beginUntil = deps.runtime.now().getTime() + BEGIN_WITHIN_MS;
  const tally = { failed: 0, left: 0 };
  const noted = new Set<string>();
  const fail = (error: unknown): void => {
    tally.failed += 1;
    const what = error instanceof RemoteUnavailable ? `${error.service}-away` : nameOf(error);
    // Once a run: a thousand of a kind say no more.
    if (!noted.has(what)) note(`sweep:${what}`);
    noted.add(what);
  };
  const bounded = <T>(work: () => Promise<T>) => withDeadline(entryBudgetMs(deps), work);

  const askAbout = async <T>(
    group: readonly T[],
    ask: (group: readonly T[]) => Promise<void>,
  ): Promise<void> => {
    try {
      await bounded(() => ask(group));
    } catch (error) {
      if (error instanceof RemoteUnavailable || group.length === 1) return fail(error);
      const half = Math.ceil(group.length / 2);
      await askAbout(group.slice(0, half), ask);
      await askAbout(group.slice(half), ask);
    }
  };

  return {
    get failed() {
      return tally.failed;
    },
    get left() {
      return tally.left;
    },
    entry: (owner, work) =>
      queue.add(owner, async () => {
        if (deps.runtime.now().getTime() > beginUntil) {
          tally.left += 1;
          return;
        }
        await bounded(work).catch(fail);
      }),
    groups: async (list, size, ask) => {
      const asking = new Set<Promise<void>>();
      const begin = async <T>(
        group: readonly T[],
        work: (group: readonly T[]) => Promise<void>,
      ) => {
        if (asking.size >= ASKING) await Promise.race(asking);
        const asked: Promise<void> = askAbout(group, work).finally(() => asking.delete(asked));
        asking.add(asked);
      };
      let group = [];
      for await (const item of list) {
        group.push(item);
        if (group.length < size) continue;
        await begin(group, ask);
        group = [];
      }
      if (group.length > 0) await begin(group, ask);
      await Promise.all(asking);
    },
    done: queue.done,
  };
}

const nameOf = (error: unknown): string => (error instanceof Error ? error.name : "unknown");
