import { note } from "../base/observation.ts";
import { RemoteUnavailable } from "../base/unavailable.ts";
import { type SettleDeps, type Settled, settle } from "./settle.ts";

export interface ReconcileDeps extends SettleDeps {
  /** Age from which an unfinished operation counts as abandoned, in milliseconds. */
  readonly reconcileAfterMs: number;
}

export type Reconciled = Readonly<Record<Settled | "failed", number>>;

/** So many entries are worked on at once: enough to catch up after an outage, too few to weigh on a directory that recovers. */
const LANES = 4;

/**
 * Finishes or undoes what nobody works on any more. Reads the journal and nothing else to find it, so a run costs what is
 * under way and not how many clients there are. Several may run at once.
 */
export async function reconcile(deps: ReconcileDeps): Promise<Reconciled> {
  const tally = { finished: 0, undone: 0, waiting: 0, failed: 0 };
  const before = new Date(deps.runtime.now().getTime() - deps.reconcileAfterMs);
  const entries = deps.journal.abandoned(before)[Symbol.asyncIterator]();
  let stopped = false;

  const work = async (): Promise<void> => {
    while (!stopped) {
      const next = await entries.next();
      if (next.done) return;
      try {
        tally[await settle(deps, next.value)] += 1;
      } catch (error) {
        if (!(error instanceof RemoteUnavailable)) throw error;
        // What is away now is away for the next entry too; the next run starts here again.
        note(`reconcile-stopped:${error.service}`);
        tally.failed += 1;
        stopped = true;
      }
    }
  };
  await Promise.all(Array.from({ length: LANES }, work));
  return tally;
}
