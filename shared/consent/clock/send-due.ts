import type { AlertKey, VersionedClaim } from "../alerts/alert-log.ts";
import { EVENTS, targetsOf } from "../alerts/announcements.ts";
import {
  claimTogether,
  type Delivered,
  deliver,
  isFailed,
  isThere,
  type NotDelivered,
} from "../alerts/deliver.ts";
import type { ConsentCase } from "../consent-case.ts";
import type { ConsentDeps } from "../consent-deps.ts";
import { slaMsOf } from "../request-consent.ts";
import { consentClock, type DueStage, stageKey } from "./policy.ts";

export interface SentDue {
  /** The worst of what the targets came to; of several that failed, the one that asks for the longest pause. */
  readonly outcome: "sent" | "busy" | NotDelivered;
  /** Something was sent that had not been sent before. */
  readonly progress: boolean;
  readonly remindersSent: number;
  readonly nextLookAt: Date;
}

/**
 * Sends every stage that is due and not sent, on every channel and to the topic. The targets do not wait for each other; on
 * each of them the stages keep their order, so one that fails holds back those after it.
 *
 * @param known what the log says of this client; it is asked again when it turns out to say more
 */
export async function sendDue(
  deps: ConsentDeps,
  pending: ConsentCase,
  known: readonly VersionedClaim[],
  together = true,
): Promise<SentDue> {
  const { clientId, consent } = pending;
  const sent = sentStages(deps, known);
  const clock = consentClock(
    deps.policy,
    { requestedAt: consent.requestedAt, slaMs: slaMsOf(consent) },
    sent,
    deps.runtime.now(),
  );
  const names = [...deps.channels.map(({ name }) => name), EVENTS];
  const [first] = clock.dueNow;
  const keys = first && together ? names.map((name) => keyOf(clientId, first, name)) : [];
  const own = await claimTogether(deps, keys, known);
  if (!own) return sendDue(deps, pending, await deps.alertLog.of(clientId), false);
  const outcomes = await Promise.all(
    names.map((name) => sendTo(deps, pending, clock.dueNow, name, { known, own })),
  );
  const reached = Math.min(...outcomes.map(({ stages }) => stages));
  for (const stage of clock.dueNow.slice(0, reached)) sent.add(stageKey(stage));
  sent.delete(stageKey({ stage: "requested", threshold: "" }));
  const remindersSent = sent.size;
  if (remindersSent !== consent.remindersSent) await recordReminders(deps, pending, remindersSent);

  const progress = outcomes.some((outcome) => outcome.progress);
  return {
    outcome: worstOf(outcomes.map(({ last }) => last)),
    progress,
    remindersSent,
    nextLookAt: clock.nextLookAt,
  };
}

function worstOf(all: readonly Delivered[]): SentDue["outcome"] {
  const failed = all.filter(isFailed).map(({ retryAfterSeconds }) => retryAfterSeconds);
  if (failed.length > 0) return { retryAfterSeconds: Math.max(...failed) };
  return all.includes("busy") ? "busy" : "sent";
}

async function sendTo(
  deps: ConsentDeps,
  pending: ConsentCase,
  due: readonly DueStage[],
  name: string,
  claims: { readonly known: readonly VersionedClaim[]; readonly own: readonly VersionedClaim[] },
): Promise<{ readonly last: Delivered; readonly stages: number; readonly progress: boolean }> {
  let stages = 0;
  let progress = false;
  for (const one of due) {
    const { stage, threshold, at } = one;
    const announcement = { stage, mark: threshold, at };
    const target = targetsOf(deps, pending, announcement).find((to) => to.name === name);
    if (!target) continue;
    const key = keyOf(pending.clientId, one, name);
    const last = await deliver(deps, key, claims.known, target.send, claims.own);
    if (!isThere(last)) return { last, stages, progress };
    progress ||= last === "sent";
    stages += 1;
  }
  return { last: "sent", stages, progress };
}

const keyOf = (clientId: string, { stage, threshold }: DueStage, target: string): AlertKey => ({
  about: clientId,
  stage,
  mark: threshold,
  target,
});

/** Stages that every target has had. */
function sentStages(deps: ConsentDeps, known: readonly VersionedClaim[]): Set<string> {
  const names = [...deps.channels.map(({ name }) => name as string), EVENTS];
  const reached = new Map<string, Set<string>>();
  for (const { claim } of known) {
    if (!claim.sentAt) continue;
    const { stage, mark, target } = claim.key;
    const key = `${stage}:${mark}`;
    reached.set(key, (reached.get(key) ?? new Set()).add(target));
  }
  return new Set(
    [...reached].filter(([, had]) => names.every((name) => had.has(name))).map(([key]) => key),
  );
}

/** What the customer sees; the client's ETag stays, for nothing that a caller could change has changed. */
async function recordReminders(
  { records }: ConsentDeps,
  { subscription, clientId }: ConsentCase,
  remindersSent: number,
): Promise<void> {
  for (;;) {
    const owned = await records.client(subscription, clientId);
    if (owned?.record.consent.state !== "pending") return;
    const { record, version } = owned;
    if (record.consent.remindersSent >= remindersSent) return;
    const next = { ...record, consent: { ...record.consent, remindersSent } };
    if (await records.save(next, version)) return;
  }
}
