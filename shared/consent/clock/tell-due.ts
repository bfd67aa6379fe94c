import { timeLeftMs } from "../../base/deadline.ts";
import { AGAIN, insist } from "../../base/insist.ts";
import type { VersionedClient } from "../../clients/ports.ts";
import { announcementKey, REQUESTED, targetsOf } from "../alerts/announcements.ts";
import { type Telling, tell } from "../alerts/tell.ts";
import { isHeld, newClaim } from "../claim.ts";
import { type ConsentCase, clockOf, type VersionedCase } from "../consent-case.ts";
import type { ConsentDeps } from "../consent-deps.ts";
import { entryBudgetMs } from "../time-budget.ts";
import { type Told, toldToAll, wasTold } from "../told.ts";
import { clockNow } from "./clock-now.ts";
import { noteNextCheck, putCheckOff } from "./next-check.ts";
import type { DueStage } from "./policy.ts";

/** `busy`: another host is telling right now, and will note when to check next. */
export type ToldDue = "waiting" | "busy" | "put-off";

/**
 * Tells every stage that is due and not told, on every channel and to the topic, and notes when to check next. The case is
 * claimed before anything is sent and carries all marks after: two writes, however many targets there are, and one more for each
 * further stage that is due at the same time, so that a death has no more than one stage told again.
 *
 * @param listed the case as it is in the index; claimed by us already where it was listed this moment
 * @param owned the client's record, for the count its customer sees; nothing when it cannot have changed yet
 * @throws whatever fault of ours kept somebody from being told, once the rest is noted
 */
export async function tellDue(
  deps: ConsentDeps,
  listed: VersionedCase,
  owned: VersionedClient | undefined,
  isOurs = false,
): Promise<ToldDue> {
  const subject = listed.found;
  const { told: before, claim } = clockOf(subject);
  if (!isOurs && isHeld(claim, deps)) return "busy";
  const targets = targetsOf(deps);
  const clock = clockNow(deps, subject);
  if (clock.dueNow.length === 0) {
    // Some of it may have been told in a digest since.
    const remindersSent = remindersIn(before, targets);
    if (remindersSent > subject.consent.remindersSent)
      await recordReminders(deps, subject, owned, remindersSent);
    await noteNextCheck(deps, listed, clock.nextCheckAt, { attempts: 0, remindersSent });
    return "waiting";
  }
  const claimed = isOurs ? listed : await claimCase(deps, listed);
  const told = claimed && (await tellStages(deps, claimed, clock.dueNow));
  if (!told) return "busy";

  const { telling, at } = told;
  const reminders = remindersIn(telling.told, targets);
  if (reminders > (owned?.record.consent.remindersSent ?? 0))
    await recordReminders(deps, subject, owned, reminders);
  if (telling.failed) {
    // Something got through: what failed is not down, and is tried again as soon as if it were the first time.
    const { found, version } = at;
    const fresh = { found: { ...found, clock: { ...clockOf(found), attempts: 0 } }, version };
    const { retryAfterSeconds } = telling.failed;
    const known = { atLeastSeconds: retryAfterSeconds, told: telling.told };
    await putCheckOff(deps, telling.progress ? fresh : at, known);
    if (telling.defect !== undefined) throw telling.defect;
    return "put-off";
  }
  const changes = { attempts: 0, told: telling.told, remindersSent: reminders };
  // What is held back is told when there is room, and until then by a digest.
  const heldUntil =
    deps.runtime.now().getTime() + (telling.heldBack?.forMs ?? Number.POSITIVE_INFINITY);
  const nextCheckAt = new Date(Math.min(clock.nextCheckAt.getTime(), heldUntil));
  await noteNextCheck(deps, at, nextCheckAt, changes);
  return "waiting";
}

/** So many reminders have reached everybody. */
const remindersIn = (told: Told, targets: readonly string[]): number =>
  [...toldToAll(told, targets)].filter((key) => key !== REQUESTED).length;

/** One stage after the other, the claim renewed in between. Nothing: somebody else has taken the case over. */
async function tellStages(
  deps: ConsentDeps,
  claimed: VersionedCase,
  stages: readonly DueStage[],
): Promise<{ readonly telling: Telling; readonly at: VersionedCase } | undefined> {
  const budgetMs = entryBudgetMs(deps);
  let at = claimed;
  let telling: Telling = { told: clockOf(claimed.found).told, progress: false };
  for (const [index, { stage, threshold, at: since }] of stages.entries()) {
    const announcement = { stage, mark: threshold, at: since };
    const key = announcementKey(announcement);
    const held = [...(telling.failed?.targets ?? []), ...(telling.heldBack?.targets ?? [])];
    if (targetsOf(deps).every((it) => held.includes(it) || wasTold(telling.told, key, it)))
      continue;
    if (index > 0) {
      // Too little time to tell it and to write that down: it comes with the next check, soon.
      if (timeLeftMs(budgetMs) < budgetMs / 2)
        return { telling: { ...telling, failed: { targets: held, retryAfterSeconds: 0 } }, at };
      const renewed = await claimCase(deps, at, telling.told);
      if (!renewed) return undefined;
      at = renewed;
    }
    telling = await tell(deps, claimed.found, [announcement], telling.told, telling);
  }
  return { telling, at };
}

function claimCase(
  deps: ConsentDeps,
  { found, version }: VersionedCase,
  told = clockOf(found).told,
): Promise<VersionedCase | undefined> {
  const clock = { ...clockOf(found), told, claim: newClaim(deps) };
  return deps.cases.replace({ ...found, clock }, version);
}

/** What the customer sees; the client's ETag stays, for nothing that a caller could change has changed. */
async function recordReminders(
  { records, runtime }: ConsentDeps,
  { subscription, clientId }: ConsentCase,
  known: VersionedClient | undefined,
  remindersSent: number,
): Promise<void> {
  const read = () => records.client(subscription, clientId);
  let owned = known ?? (await read());
  await insist(runtime, async () => {
    if (owned?.record.consent.state !== "pending") return "decided";
    const { record, version } = owned;
    if (record.consent.remindersSent >= remindersSent) return "known";
    const next = { ...record, consent: { ...record.consent, remindersSent } };
    if (await records.save(next, version)) return "noted";
    owned = await read();
    return AGAIN;
  });
}
