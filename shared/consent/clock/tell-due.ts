import type { VersionedClient } from "../../clients/ports.ts";
import { type Announcement, announcementKey, targetsOf } from "../alerts/announcements.ts";
import { tell } from "../alerts/tell.ts";
import { isHeld, newClaim } from "../claim.ts";
import { type ConsentCase, clockOf, type VersionedCase } from "../consent-case.ts";
import type { ConsentDeps } from "../consent-deps.ts";
import { slaMsOf } from "../request-consent.ts";
import { toldToAll } from "../told.ts";
import { noteNextCheck, putCheckOff } from "./next-check.ts";
import { consentClock } from "./policy.ts";

/** `busy`: another host is telling right now, and will note when to check next. */
export type ToldDue = "waiting" | "busy" | "put-off";

const REQUESTED = announcementKey({ stage: "requested", mark: "" });

/**
 * Tells every stage that is due and not told, on every channel and to the topic, and notes when to check next. The case is
 * claimed before anything is sent and carries all marks after: two writes, however many targets there are.
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
  const { consent } = subject;
  const clock = consentClock(
    { calendar: deps.promise.calendar, thresholds: deps.thresholds },
    { requestedAt: consent.requestedAt, slaMs: slaMsOf(consent) },
    toldToAll(before, targets),
    deps.runtime.now(),
  );
  if (clock.dueNow.length === 0) {
    await noteNextCheck(deps, listed, clock.nextCheckAt, { attempts: 0 });
    return "waiting";
  }
  const claimed = isOurs ? listed : await claimCase(deps, listed);
  if (!claimed) return "busy";

  const announcements = clock.dueNow.map(
    ({ stage, threshold, at }): Announcement => ({ stage, mark: threshold, at }),
  );
  const { told, progress, failed, defect } = await tell(deps, subject, announcements, before);
  const reminders = [...toldToAll(told, targets)].filter((key) => key !== REQUESTED).length;
  if (reminders > (owned?.record.consent.remindersSent ?? 0))
    await recordReminders(deps, subject, owned, reminders);

  if (failed) {
    // Something got through: what failed is not down, and is tried again as soon as if it were the first time.
    const { found, version } = claimed;
    const from = { found: { ...found, clock: { ...clockOf(found), attempts: 0 } }, version };
    const pause = { atLeastSeconds: failed.retryAfterSeconds, told };
    await putCheckOff(deps, progress ? from : claimed, pause);
    if (defect !== undefined) throw defect;
    return "put-off";
  }
  const changes = { attempts: 0, told, remindersSent: reminders };
  await noteNextCheck(deps, claimed, clock.nextCheckAt, changes);
  return "waiting";
}

const claimCase = (
  deps: ConsentDeps,
  { found, version }: VersionedCase,
): Promise<VersionedCase | undefined> =>
  deps.cases.replace({ ...found, clock: { ...clockOf(found), claim: newClaim(deps) } }, version);

/** What the customer sees; the client's ETag stays, for nothing that a caller could change has changed. */
async function recordReminders(
  { records }: ConsentDeps,
  { subscription, clientId }: ConsentCase,
  known: VersionedClient | undefined,
  remindersSent: number,
): Promise<void> {
  const read = () => records.client(subscription, clientId);
  let owned = known ?? (await read());
  while (
    owned?.record.consent.state === "pending" &&
    owned.record.consent.remindersSent < remindersSent
  ) {
    const { record, version } = owned;
    const next = { ...record, consent: { ...record.consent, remindersSent } };
    if (await records.save(next, version)) return;
    owned = await read();
  }
}
