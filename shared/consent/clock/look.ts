import { backOff } from "../../base/back-off.ts";
import { note } from "../../base/observation.ts";
import { RemoteUnavailable } from "../../base/unavailable.ts";
import type { VersionedClaim } from "../alerts/alert-log.ts";
import { eventTarget, stageEvents } from "../alerts/announcements.ts";
import { deliver, isThere } from "../alerts/deliver.ts";
import { type ConsentCase, refreshCase, type VersionedCase } from "../consent-case.ts";
import type { ConsentDeps } from "../consent-deps.ts";
import { decide, finishDecision } from "../decisions/decide.ts";
import { sendDue } from "./send-due.ts";

/** For so long a client that the directory does not show may only be late; minutes have been reported. */
const FRESH_MS = 5 * 60_000;

/**
 * What a look came to. `busy`: another host is sending the same right now, and will note when to look next. `put-off`: what
 * could not be done now is done at the next look.
 */
export type Looked = "waiting" | "decided" | "busy" | "put-off" | "stale" | "nothing";

/**
 * Looks at one pending consent: asks the directory, sends what is due, notes when to look next. May run any number of
 * times, on several hosts at once.
 *
 * @param ask false for a client that was made this moment: nobody can have granted it yet
 * @throws RemoteUnavailable when the records are away: the look has to be made again
 */
export async function look(deps: ConsentDeps, clientId: string, ask = true): Promise<Looked> {
  const { cases, records, runtime } = deps;
  const listed = await cases.get("pending", clientId);
  if (!listed) return "nothing";
  const owned = await records.client(listed.found.subscription, clientId);
  if (owned?.record.consent.state !== "pending") return dropStale(deps, listed.found);
  const pending = refreshCase(listed.found, owned.record);

  if (ask) {
    let sight: Awaited<ReturnType<typeof seeOne>>;
    try {
      sight = await seeOne(deps, pending);
    } catch (error) {
      if (!(error instanceof RemoteUnavailable) || error.service === "records") throw error;
      note("look-without-directory");
      return putOff(deps, listed, error.throttled ? error.retryAfterSeconds : 0);
    }
    const decision = { id: runtime.newId(), at: runtime.now(), of: pending };
    if (sight.sight === "granted") {
      await decide(deps, { ...decision, to: "granted", principalId: sight.principalId });
      return "decided";
    }
    if (sight.sight === "absent") {
      // Nobody could act on an alert about a client that the directory does not show.
      const age = decision.at.getTime() - pending.consent.requestedAt.getTime();
      if (age < FRESH_MS) return putOff(deps, listed);
      await decide(deps, { ...decision, to: "deleted" });
      return "decided";
    }
  }
  return tell(deps, listed, pending, await deps.alertLog.of(clientId));
}

/** The look at a client that was made and listed this moment: there is nothing that would have to be read first. */
export const firstLook = (deps: ConsentDeps, listed: VersionedCase): Promise<Looked> =>
  tell(deps, listed, listed.found, []);

/** Sends what is due and notes when to look next. */
async function tell(
  deps: ConsentDeps,
  listed: VersionedCase,
  pending: ConsentCase,
  known: readonly VersionedClaim[],
): Promise<Looked> {
  const sent = await sendDue(deps, pending, known);
  if (sent.outcome === "busy") return "busy";
  if (sent.outcome !== "sent") {
    // Something got through: what failed is not down, and is tried again as soon as if it were the first time.
    const { found, version } = listed;
    const from = sent.progress ? { found: { ...found, retries: 0 }, version } : listed;
    return putOff(deps, from, sent.outcome.retryAfterSeconds);
  }
  await noteNext(deps, listed, sent.nextLookAt, { remindersSent: sent.remindersSent, retries: 0 });
  return "waiting";
}

async function seeOne(deps: ConsentDeps, pending: ConsentCase) {
  const sights = await deps.consentDirectory.see([pending]);
  return sights.get(pending.clientId) ?? { sight: "absent" as const };
}

/** The client has gone or was decided: what its case still owed is paid, then it goes. */
async function dropStale(deps: ConsentDeps, stale: ConsentCase): Promise<Looked> {
  const decision = await deps.cases.decision(stale.clientId);
  if (decision) {
    await finishDecision(deps, decision);
    return "decided";
  }
  const requested = { stage: "requested" as const, mark: "", at: stale.consent.requestedAt };
  const { name, send } = eventTarget(deps, stageEvents(stale, requested));
  const key = { about: stale.clientId, stage: requested.stage, mark: "", target: name };
  const known = await deps.alertLog.of(stale.clientId);
  if (isThere(await deliver(deps, key, known, send)))
    await deps.cases.remove("pending", stale.clientId);
  return "stale";
}

async function putOff(
  deps: ConsentDeps,
  listed: VersionedCase,
  atLeastSeconds = 0,
): Promise<Looked> {
  const retries = (listed.found.retries ?? 0) + 1;
  const at = backOff(deps.runtime, retries - 1, atLeastSeconds);
  await noteNext(deps, listed, at, { retries });
  return "put-off";
}

/** First the message, then the note: in between the look can only come too often. A message that is not sent is found missing by the sweep. */
async function noteNext(
  { cases, consentQueue }: ConsentDeps,
  { found, version }: VersionedCase,
  nextLookAt: Date,
  changes: { readonly retries: number; readonly remindersSent?: number },
): Promise<void> {
  const { operationId, clientId, consent } = found;
  try {
    const message = { type: "consent.look", version: 1, operationId, clientId } as const;
    await consentQueue.scheduleLook(message, nextLookAt);
  } catch (error) {
    if (!(error instanceof RemoteUnavailable)) throw error;
    note("look-not-scheduled");
  }
  const remindersSent = changes.remindersSent ?? consent.remindersSent;
  const next = {
    ...found,
    nextLookAt,
    retries: changes.retries,
    consent: { ...consent, remindersSent },
  };
  // A case that has changed meanwhile was looked at by another host, which has noted what it found.
  await cases.replace(next, version);
}
