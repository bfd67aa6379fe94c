import type { VersionedClaim } from "./alert-log.ts";
import { EVENTS, targetsOf } from "./announcements.ts";
import type { ConsentCase } from "./consent-case.ts";
import type { ConsentDeps } from "./consent-deps.ts";
import { type Delivered, deliver, isThere } from "./deliver.ts";
import { consentClock, type DueStage, stageKey } from "./policy.ts";
import { slaMsOf } from "./request-consent.ts";

export interface SentDue {
  /** The worst of what the targets came to. */
  readonly outcome: "sent" | "busy" | "failed";
  /** Something was sent that had not been sent before. */
  readonly progress: boolean;
  readonly remindersSent: number;
  readonly nextLookAt: Date;
}

/**
 * Sends every stage that is due and not sent, on every channel and to the topic. The targets do not wait for each other; on
 * each of them the stages keep their order, so one that fails holds back those after it.
 */
export async function sendDue(deps: ConsentDeps, pending: ConsentCase): Promise<SentDue> {
  const { clientId, consent } = pending;
  const known = await deps.alertLog.of(clientId);
  const sent = sentStages(deps, known);
  const clock = consentClock(
    deps.policy,
    { requestedAt: consent.requestedAt, slaMs: slaMsOf(consent) },
    sent,
    deps.runtime.now(),
  );
  const names = [...deps.channels.map(({ name }) => name), EVENTS];
  const outcomes = await Promise.all(
    names.map((name) => sendTo(deps, pending, clock.dueNow, name, known)),
  );
  const reached = Math.min(...outcomes.map(({ stages }) => stages));
  for (const stage of clock.dueNow.slice(0, reached)) sent.add(stageKey(stage));
  sent.delete(stageKey({ stage: "requested", threshold: "" }));
  const remindersSent = sent.size;
  if (remindersSent !== consent.remindersSent) await recordReminders(deps, pending, remindersSent);

  const worst = (["failed", "busy"] as const).find((bad) =>
    outcomes.some(({ last }) => last === bad),
  );
  const progress = outcomes.some((outcome) => outcome.progress);
  return { outcome: worst ?? "sent", progress, remindersSent, nextLookAt: clock.nextLookAt };
}

async function sendTo(
  deps: ConsentDeps,
  pending: ConsentCase,
  due: readonly DueStage[],
  name: string,
  known: readonly VersionedClaim[],
): Promise<{ readonly last: Delivered; readonly stages: number; readonly progress: boolean }> {
  let stages = 0;
  let progress = false;
  for (const { stage, threshold, at } of due) {
    const announcement = { stage, mark: threshold, at };
    const target = targetsOf(deps, pending, announcement).find((one) => one.name === name);
    if (!target) continue;
    const key = { about: pending.clientId, stage, mark: threshold, target: name };
    const last = await deliver(deps, key, known, target.send);
    if (!isThere(last)) return { last, stages, progress };
    progress ||= last === "sent";
    stages += 1;
  }
  return { last: "sent", stages, progress };
}

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
    const owned = await records.find(subscription, clientId);
    if (owned?.client.record.consent.state !== "pending") return;
    const { record, version } = owned.client;
    if (record.consent.remindersSent >= remindersSent) return;
    const next = { ...record, consent: { ...record.consent, remindersSent } };
    if (await records.save(next, version)) return;
  }
}
