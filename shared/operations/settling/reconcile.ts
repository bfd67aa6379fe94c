import { withDeadline } from "../../base/deadline.ts";
import { inGroups } from "../../base/in-groups.ts";
import { note } from "../../base/observation.ts";
import type { Runtime } from "../../base/runtime.ts";
import { RemoteUnavailable } from "../../base/unavailable.ts";
import type { EventPublisher } from "../../events/client-event.ts";
import type { OperationMessage } from "../../events/operation-message.ts";
import type { Journal, LeftEntry } from "../admission/ports.ts";

export interface ReconcileDeps {
  readonly journal: Pick<Journal, "untoldEvents" | "adriftMessages" | "done">;
  readonly events: EventPublisher;
  readonly runtime: Runtime;
  /** Works on a message of the queue `operations`, wherever it comes from. */
  handle(message: OperationMessage): Promise<string>;
  /** Longest time one entry may take, in milliseconds. */
  readonly entryMs: number;
}

export interface Reconciled {
  readonly told: number;
  readonly handled: number;
  readonly failed: number;
  /** Entries that this run did not get to. */
  readonly left: number;
}

/** So many entries at once: enough to catch up after an outage. In ten groups they are too few requests to weigh on services that recover. */
const AT_ONCE = 200;
/** So many of one subscription's begin together, and go on together: as many as the directory takes in one call. */
const TOGETHER = 20;
/** So many of one subscription's entries in a run: the others' come first before there are more of it. */
const SHARE = 500;
/** Longest run, in milliseconds: what is left is the next run's. */
const RUN_MS = 50_000;

/**
 * Does what could not be done while the bus was away. Reads what is left over and nothing else, so a run costs what is left
 * over. Several may run at once: whatever is done twice is done once. An entry that fails holds up no other.
 */
export async function reconcile(deps: ReconcileDeps): Promise<Reconciled> {
  const { journal, runtime } = deps;
  const tally = { told: 0, handled: 0, failed: 0, left: 0 };
  const startedAt = runtime.now().getTime();
  const attempt = async (
    entry: LeftEntry<unknown>,
    counter: "told" | "handled",
    work: () => Promise<unknown>,
  ): Promise<void> => {
    if (runtime.now().getTime() - startedAt > RUN_MS) {
      tally.left += 1;
      return;
    }
    try {
      await withDeadline(deps.entryMs, async () => {
        await work();
        await journal.done(entry);
      });
      tally[counter] += 1;
    } catch (error) {
      // The entry stays, and the next run comes to it again, whatever was wrong with it now.
      note(`reconcile:${error instanceof RemoteUnavailable ? `${error.service}-away` : "failed"}`);
      tally.failed += 1;
    }
  };

  const untold = await collect(journal.untoldEvents(), ({ what }) => what.subscription);
  await inGroups(AT_ONCE, untold.taken, (entry) =>
    attempt(entry, "told", () => deps.events.publish(entry.what)),
  );
  const adrift = await collect(
    journal.adriftMessages(runtime.now()),
    ({ what }) => what.subscription,
  );
  await inGroups(AT_ONCE, adrift.taken, (entry) =>
    attempt(entry, "handled", () => deps.handle(entry.what)),
  );
  tally.left += untold.left + adrift.left;
  return tally;
}

/** Everybody's share, a few of one subscription's after the other's in turn, so that nobody waits for all of another's. */
async function collect<T>(
  entries: AsyncIterable<T>,
  subscriptionOf: (entry: T) => string,
): Promise<{ readonly taken: readonly (readonly T[])[]; readonly left: number }> {
  const bySubscription = new Map<string, T[]>();
  let left = 0;
  for await (const entry of entries) {
    const own = bySubscription.get(subscriptionOf(entry)) ?? [];
    bySubscription.set(subscriptionOf(entry), own);
    if (own.length < SHARE) own.push(entry);
    else left += 1;
  }
  const queues = [...bySubscription.values()];
  const longest = Math.max(0, ...queues.map(({ length }) => length));
  const turns = Math.ceil(longest / TOGETHER);
  const taken = Array.from({ length: turns }, (_, turn) =>
    queues.map((queue) => queue.slice(turn * TOGETHER, (turn + 1) * TOGETHER)),
  ).flat();
  return { taken, left };
}
