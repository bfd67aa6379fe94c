import { withDeadline } from "../base/deadline.ts";
import { inLanes } from "../base/in-lanes.ts";
import { note } from "../base/observation.ts";
import type { Runtime } from "../base/runtime.ts";
import type { OperationCheck } from "../events/operation-check.ts";
import type { Journal, OperationRecords } from "./ports.ts";

export interface HousekeepingDeps {
  readonly journal: Pick<Journal, "activeOn" | "forgetDay" | "purgedTo" | "setPurgedTo">;
  readonly operations: Pick<OperationRecords, "purge" | "allUnderWay">;
  readonly runtime: Runtime;
  /** Ends an operation that is old enough, and looks after one that it cannot end yet. */
  check(check: OperationCheck): Promise<unknown>;
  readonly reconcileAfterMs: number;
  /** Longest time one subscription may take, in milliseconds. */
  readonly entryMs: number;
}

export interface Housekept {
  /** Rows that were removed because their time was over. */
  readonly purged: number;
  /** Operations whose check never came. */
  readonly forgotten: number;
  readonly failed: number;
}

const DAY_MS = 86_400_000;
/** A key of day D may be used until the end of day D + 1. */
const KEYS_AFTER_DAYS = 2;
/** The directory keeps a deleted client for 30 days; so does the record of it. */
const DELETED_AFTER_DAYS = 31;
const LANES = 8;

const dayOf = (at: Date, daysAgo = 0): string =>
  new Date(at.getTime() - daysAgo * DAY_MS).toISOString().slice(0, 10);

/**
 * What is due once in a while. Subscriptions are found by the days on which they were active, so that all of it costs what was
 * active on a day and not what there is.
 *
 * - Keys and answers kept for a day, and records of deleted clients kept for a month, are removed.
 * - Operations under way whose check never came (a bus that was replaced together with its messages) are ended.
 */
export async function keepHouse(deps: HousekeepingDeps): Promise<Housekept> {
  const tally = { purged: 0, forgotten: 0, failed: 0 };
  const now = deps.runtime.now();
  const each = (day: string, work: (subscription: string) => Promise<void>) =>
    forEachActive(deps, day, work, () => {
      tally.failed += 1;
    });

  for (const [kept, days] of [
    ["keys", KEYS_AFTER_DAYS],
    ["deleted", DELETED_AFTER_DAYS],
  ] as const) {
    const last = dayOf(now, days);
    const doneTo = await deps.journal.purgedTo(kept);
    for (const day of daysAfter(doneTo ?? dayOf(now, days + 1), last)) {
      const failedBefore = tally.failed;
      const before = kept === "keys" ? now : new Date(now.getTime() - 30 * DAY_MS);
      await each(day, async (subscription) => {
        tally.purged += await deps.operations.purge(subscription, kept, before);
      });
      if (tally.failed > failedBefore) break;
      if (kept === "deleted") await deps.journal.forgetDay(day);
      await deps.journal.setPurgedTo(kept, day);
    }
  }

  const ripe = now.getTime() - 2 * deps.reconcileAfterMs;
  for (const day of [dayOf(now, 1), dayOf(now)]) {
    await each(day, async (subscription) => {
      for (const held of await deps.operations.allUnderWay(subscription)) {
        const { operationId, operation, touchedAt } = held.entry;
        if (touchedAt.getTime() > ripe) continue;
        const clientId = operation.kind === "create" ? undefined : operation.clientId;
        try {
          await deps.check({
            type: "operation.check",
            version: 1,
            operationId,
            subscription,
            ...(clientId !== undefined && { clientId }),
          });
          tally.forgotten += 1;
        } catch {
          // Nor does one operation hold up the others of its subscription.
          note("housekeeping-failed");
          tally.failed += 1;
        }
      }
    });
  }
  return tally;
}

/** The days after one, up to and with another. */
function daysAfter(after: string, last: string): string[] {
  const days: string[] = [];
  for (let at = Date.parse(after) + DAY_MS; at <= Date.parse(last); at += DAY_MS)
    days.push(dayOf(new Date(at)));
  return days;
}

/** One subscription's failure holds up no other. */
async function forEachActive(
  { journal, entryMs }: HousekeepingDeps,
  day: string,
  work: (subscription: string) => Promise<void>,
  failed: () => void,
): Promise<void> {
  const subscriptions: string[] = [];
  for await (const subscription of journal.activeOn(day)) subscriptions.push(subscription);
  await inLanes(LANES, subscriptions, async (subscription) => {
    try {
      await withDeadline(entryMs, () => work(subscription));
    } catch {
      note("housekeeping-failed");
      failed();
    }
  });
}
