import { DAY_MS, dayOf, daysAfter, nextDay } from "../../base/day.ts";
import { withDeadline } from "../../base/deadline.ts";
import { inLanes } from "../../base/in-lanes.ts";
import { note } from "../../base/observation.ts";
import type { Runtime } from "../../base/runtime.ts";
import { RemoteUnavailable } from "../../base/unavailable.ts";
import type { ConsentCases } from "../../consent/ports.ts";
import type { OperationCheck } from "../../events/operation-check.ts";
import type { Journal, OperationRecords } from "../admission/ports.ts";

export interface HousekeepingDeps {
  readonly journal: Pick<Journal, "active" | "activeOn" | "forgetDay" | "purgedTo" | "setPurgedTo">;
  readonly cases: Pick<ConsentCases, "decidedOn" | "forgetDecidedOn">;
  readonly operations: Pick<OperationRecords, "purge" | "allUnderWay">;
  readonly runtime: Runtime;
  /** Ends an operation that is old enough, and looks after one that it cannot end yet. */
  check(check: OperationCheck): Promise<unknown>;
  readonly reconcileAfterMs: number;
  /** `ACTIVITY_KEPT`, in milliseconds. */
  readonly activityKeptMs: number;
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

/** A key of day D may be used until the end of day D + 1. */
const KEYS_AFTER_DAYS = 2;
/** The directory keeps a deleted client for 30 days; so does the record of it. */
const DELETED_AFTER_DAYS = 31;
const DELETED_KEPT_DAYS = 30;
const LANES = 8;

/**
 * What is due once in a while. Subscriptions are found by the days on which they were active, so that all of it costs what was
 * active on a day and not what there is.
 *
 * - Keys and answers kept for a day, records of deleted clients kept for a month, and entries of activity are removed.
 * - Operations under way whose check never came (a bus that was replaced together with its messages) are ended.
 */
export async function keepHouse(deps: HousekeepingDeps): Promise<Housekept> {
  const tally = { purged: 0, forgotten: 0, failed: 0 };
  const now = deps.runtime.now();
  const each = (
    day: string,
    work: (subscription: string) => Promise<void>,
    index: (day: string) => AsyncIterable<string> = deps.journal.activeOn,
  ) =>
    forEachActive(deps.entryMs, index(day), work, () => {
      tally.failed += 1;
    });

  const activityDays = Math.ceil(deps.activityKeptMs / DAY_MS);
  const kinds = [
    { kept: "keys", days: KEYS_AFTER_DAYS, before: now },
    { kept: "deleted", days: DELETED_AFTER_DAYS, before: daysAgo(now, DELETED_KEPT_DAYS) },
    { kept: "activity", days: activityDays + 1, before: daysAgo(now, activityDays) },
  ] as const;
  const doneTo = new Map<string, string>();
  for (const { kept, days } of kinds)
    doneTo.set(kept, (await deps.journal.purgedTo(kept)) ?? dayOf(now, days + 1));
  await endForgotten(deps, tally, daysAfter(lookedTo(doneTo, now), dayOf(now)));
  for (const { kept, days, before } of kinds) {
    for (const day of daysAfter(doneTo.get(kept) ?? "", dayOf(now, days))) {
      let isDone = true;
      const purge = async (subscription: string) => {
        try {
          tally.purged += await deps.operations.purge(subscription, kept, before);
        } catch (error) {
          isDone &&= await putOff(deps, error, subscription, nextDay(day));
          throw error;
        }
      };
      await each(day, purge);
      // A decision leaves an entry, and a client that was found deleted in the directory, whether or not its customer did anything.
      if (kept !== "keys") await each(day, purge, deps.cases.decidedOn);
      if (!isDone) break;
      doneTo.set(kept, day);
      // Nothing is looked for by that day any more.
      if ([...doneTo.values()].every((done) => done >= day)) {
        await deps.journal.forgetDay(day);
        await deps.cases.forgetDecidedOn(day);
      }
      await deps.journal.setPurgedTo(kept, day);
    }
  }

  return tally;
}

/**
 * What an outage has kept from being removed the next run removes. What can never be removed of one subscription is tried again
 * with the next day's, so that it keeps no other's for longer than that is to be kept.
 *
 * @returns whether the day is over without it
 */
async function putOff(
  { journal }: Pick<HousekeepingDeps, "journal">,
  error: unknown,
  subscription: string,
  day: string,
): Promise<boolean> {
  if (error instanceof RemoteUnavailable) return false;
  return journal.active(day, subscription).then(
    () => true,
    () => false,
  );
}

/** As far as keys were looked for when somebody was here last: an operation of a day without a host is looked for all the same. */
const lookedTo = (doneTo: ReadonlyMap<string, string>, now: Date): string => {
  const [keys = "", last] = [doneTo.get("keys"), dayOf(now, KEYS_AFTER_DAYS)];
  return keys < last ? keys : last;
};

/** Before anything is purged: what has been done tells the next one where to begin. */
async function endForgotten(
  deps: HousekeepingDeps,
  tally: { forgotten: number; failed: number },
  days: readonly string[],
): Promise<void> {
  const { journal, operations, runtime } = deps;
  const now = runtime.now();
  const ripe = now.getTime() - 2 * deps.reconcileAfterMs;
  const looked = new Set<string>();
  const fail = () => {
    note("housekeeping-failed");
    tally.failed += 1;
  };
  const endAll = async (subscription: string): Promise<boolean> => {
    let isAll = true;
    // Its own version looks for it, whenever that is back.
    const all = await operations.allUnderWay(subscription, () => {
      isAll = false;
    });
    for (const held of all) {
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
        fail();
        isAll = false;
      }
    }
    return isAll;
  };
  for (const day of days) {
    const left: string[] = [];
    await forEachActive(
      deps.entryMs,
      journal.activeOn(day),
      async (subscription) => {
        if (looked.has(subscription)) return;
        looked.add(subscription);
        const isAll = await endAll(subscription).catch(fail);
        if (!isAll) left.push(subscription);
      },
      fail,
    );
    // Looked for tomorrow as well, however long it lasts. Not within its time: that may be what was too short.
    for (const subscription of left) await journal.active(dayOf(now), subscription);
  }
}

const daysAgo = (now: Date, days: number): Date => new Date(now.getTime() - days * DAY_MS);

/** One subscription's failure holds up no other. */
async function forEachActive(
  entryMs: number,
  active: AsyncIterable<string>,
  work: (subscription: string) => Promise<void>,
  failed: () => void,
): Promise<void> {
  const subscriptions: string[] = [];
  for await (const subscription of active) subscriptions.push(subscription);
  await inLanes(LANES, subscriptions, async (subscription) => {
    try {
      await withDeadline(entryMs, () => work(subscription));
    } catch {
      note("housekeeping-failed");
      failed();
    }
  });
}
