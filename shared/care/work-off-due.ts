import { dayOf, daysAfter } from "../base/day.ts";
import { withDeadline } from "../base/deadline.ts";
import { note } from "../base/observation.ts";
import type { Runtime } from "../base/runtime.ts";
import type { SecretRecord, SecretRecords, VersionedSecret } from "../clients/secret-record.ts";
import { workQueue } from "../consent/sweeps/work-queue.ts";
import { type Due, nextDue, type Reminder } from "./due.ts";
import { type DueIndex, dayToLook, FIRST_DAYS, type VersionedDue } from "./due-index.ts";

export interface WorkOffDueDeps {
  readonly secrets: Pick<SecretRecords, "secret">;
  readonly index: DueIndex;
  readonly reminders: readonly Reminder[];
  readonly runtime: Runtime;
  /** Longest time one secret may take, in milliseconds. */
  readonly entryMs: number;
}

/**
 * Does what is due and says so on the record of the secret, so that it is not due any more. It may be called again for what it
 * has done already, and by two hosts at once.
 *
 * @returns the record as it is now. Nothing: no more is due of this secret; it has gone, or its client has
 */
export type HandleDue = (due: Due, secret: VersionedSecret) => Promise<SecretRecord | undefined>;

export interface WorkedOff {
  /** Secrets for which something was done. */
  readonly handled: number;
  /** Nothing was due, or nothing is left to be due: only the index thought so. */
  readonly passed: number;
  /** Due still, and left for the next run. */
  readonly failed: number;
}

const LANES = 8;
/** Of the lanes, what one customer may have at once. */
const SHARE = 4;

/**
 * Works off what is due, from the day that was last done to today. Of a day it reads what is due and nothing else: a request
 * for each thousand, and for each secret one for its record, one or two for what comes next, and what the handling takes.
 *
 * What comes next is put into the index before this is taken out, and both after it was done: a death in between has it looked
 * at once more. What fails stays.
 */
export async function workOffDue(deps: WorkOffDueDeps, handle: HandleDue): Promise<WorkedOff> {
  const { index, runtime } = deps;
  const now = runtime.now();
  const tally = { handled: 0, passed: 0, failed: 0 };
  const failed = new Set<string>();
  // A host whose clock is behind, or that is slow, puts something under yesterday still.
  const settled = dayOf(now, 2);
  const doneTo = (await index.doneTo("worked")) ?? dayOf(now, FIRST_DAYS);
  for (const day of daysAfter(doneTo, dayOf(now))) {
    let left = 0;
    for await (const ripe of index.ripe(day, now)) {
      const queue = workQueue(LANES, SHARE);
      for (const due of ripe) {
        // It was put off to today just now.
        if (failed.has(due.entry.keyId)) continue;
        queue.add(due.entry.subscription, async () => {
          const outcome = await one(deps, due, handle);
          tally[outcome] += 1;
          if (outcome !== "failed") return;
          failed.add(due.entry.keyId);
          if (!(await putOff(deps, due, settled))) left += 1;
        });
      }
      await queue.done();
    }
    if (left > 0) break;
    if (day <= settled) await index.setDoneTo("worked", day);
  }
  return tally;
}

async function one(
  deps: WorkOffDueDeps,
  due: VersionedDue,
  handle: HandleDue,
): Promise<keyof WorkedOff> {
  try {
    return await withDeadline(deps.entryMs, () => workOff(deps, due, handle));
  } catch {
    note("due-failed");
    return "failed";
  }
}

async function workOff(
  { secrets, index, reminders, runtime }: WorkOffDueDeps,
  due: VersionedDue,
  handle: HandleDue,
): Promise<keyof WorkedOff> {
  const { subscription, clientId, keyId } = due.entry;
  const secret = await secrets.secret(subscription, clientId, keyId);
  const next = secret && nextDue(secret.record, reminders);
  const was = next && next.at <= runtime.now() ? next : undefined;
  const record = secret && was ? await handle(was, secret) : secret?.record;
  const is = record && nextDue(record, reminders);
  if (was && is && isSame(is, was)) throw new Error("What was due is due still");
  const now = runtime.now();
  if (is) await index.put([{ subscription, clientId, keyId, at: is.at }], now);
  // Under the same day it has taken the place of this one.
  if (!is || dayToLook(is.at, now) !== due.day) await index.remove(due);
  return was ? "handled" : "passed";
}

const isSame = (a: Due, b: Due): boolean =>
  a.what === b.what && a.threshold === b.threshold && a.at.getTime() === b.at.getTime();

/**
 * A day is done with when nothing stands under it: what cannot be done for long goes to today, so that it does not have all days
 * since read again. Whether the day may be done with, as far as this one goes.
 */
async function putOff(
  { index, runtime }: WorkOffDueDeps,
  due: VersionedDue,
  settled: string,
): Promise<boolean> {
  // These are read again anyway.
  if (due.day > settled) return true;
  try {
    await index.put([due.entry], runtime.now());
    await index.remove(due);
    return true;
  } catch {
    return false;
  }
}
