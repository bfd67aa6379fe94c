import { note } from "../../base/observation.ts";
import { RemoteUnavailable } from "../../base/unavailable.ts";
import { DirectoryRefused, type VersionedClient } from "../../clients/ports.ts";
import { EVENTS, REQUESTED, requestedOf, stageEvents } from "../alerts/announcements.ts";
import { isHeld } from "../claim.ts";
import { clockOf, refreshCase, type VersionedCase } from "../consent-case.ts";
import type { ConsentDeps } from "../consent-deps.ts";
import { decide } from "../decisions/decide.ts";
import { finishDecision } from "../decisions/finish-decision.ts";
import { reviewDrift } from "../decisions/review-drift.ts";
import { againAfterMs, lookAgain, reviewGrant } from "../decisions/review-grant.ts";
import { settleAbsence } from "../decisions/settle-absence.ts";
import type { GrantStatus } from "../ports.ts";
import { leavingTime } from "../time-budget.ts";
import { wasTold } from "../told.ts";
import { putCheckOff } from "./next-check.ts";
import { tellDue } from "./tell-due.ts";

/**
 * What a check came to. `busy`: another host is telling the same right now, and will note when to check next. `put-off`: what
 * could not be done now is done at the next check.
 */
export type Checked = "waiting" | "decided" | "busy" | "put-off" | "stale" | "nothing";

/**
 * Checks one pending consent: asks the directory, tells what is due, notes when to check next. Also one that was granted and
 * is in doubt. May run any number of times, on several hosts at once.
 *
 * @param operationId as a message names it: whoever cannot name the create of a client has its check not made
 * @throws RemoteUnavailable when the records are away: the check has to be made again
 */
export async function checkConsent(
  deps: ConsentDeps,
  clientId: string,
  operationId?: string,
): Promise<Checked> {
  const isMeant = ({ found }: VersionedCase): boolean =>
    operationId === undefined || found.operationId === operationId;
  const listed = await deps.cases.get("pending", clientId);
  if (!listed) return checkDoubted(deps, clientId, isMeant);
  if (!isMeant(listed)) return "nothing";
  const owned = await deps.records.client(listed.found.subscription, clientId);
  if (owned?.record.consent.state !== "pending") return dropStale(deps, listed, owned);
  if (isHeld(clockOf(listed.found).claim, deps)) return "busy";
  // Its customer is deleting it: whoever does that goes on with it.
  if (listed.found.gone && (await deps.records.underWay(listed.found.subscription, clientId)))
    return "busy";
  const { gone: _, ...present } = listed.found;
  const pending = { ...listed, found: refreshCase(present, owned.record) };

  // Nobody could act on an alert about a client that was granted, or that the directory does not show.
  const shown = await ask(deps, pending);
  if (!shown || "atLeastSeconds" in shown) {
    await putCheckOff(deps, pending, shown);
    return "put-off";
  }
  if (shown.status !== "absent" && shown.excess)
    await reviewDrift(deps, pending.found, shown.excess);
  switch (shown.status) {
    case "granted": {
      const decision = { to: "granted" as const, principalId: shown.principalId };
      await decide(deps, { ...decision, subject: pending.found }, pending.version);
      return "decided";
    }
    case "absent":
      if ((await settleAbsence(deps, pending)) === "deleted") return "decided";
      await putCheckOff(deps, pending);
      return "put-off";
    case "not-granted":
      return tellDue(deps, pending, owned);
  }
}

/** What the directory shows; nothing, or the pause it asks for, where it cannot say so now. */
async function ask(
  { consentDirectory }: ConsentDeps,
  { found }: VersionedCase,
): Promise<GrantStatus | { readonly atLeastSeconds: number } | undefined> {
  try {
    const shown = await leavingTime(() => consentDirectory.see([found]));
    return shown.get(found.clientId);
  } catch (error) {
    if (error instanceof DirectoryRefused) {
      note("check-refused");
      return undefined;
    }
    if (!(error instanceof RemoteUnavailable) || error.service === "records") throw error;
    note("check-without-directory");
    return { atLeastSeconds: error.throttled ? error.retryAfterSeconds : 0 };
  }
}

async function checkDoubted(
  deps: ConsentDeps,
  clientId: string,
  isMeant: (listed: VersionedCase) => boolean,
): Promise<Checked> {
  const listed = await deps.cases.get("granted", clientId);
  const doubtedAt = listed?.found.grant?.doubtedAt;
  if (!doubtedAt || !isMeant(listed)) return "nothing";
  const shown = (await deps.consentDirectory.see([listed.found])).get(clientId);
  const reviewed = await reviewGrant(deps, listed, shown);
  // By a clock that is behind its message comes too early, and another one comes for nobody.
  const isEarly = deps.runtime.now().getTime() - doubtedAt.getTime() < againAfterMs(deps);
  if (reviewed === "doubted" && isEarly) await lookAgain(deps, listed.found);
  return reviewed === "revoked" || reviewed === "deleted" ? "decided" : "nothing";
}

/** The client has gone or was decided: what its case still owed is paid, then it goes. */
async function dropStale(
  deps: ConsentDeps,
  stale: VersionedCase,
  owned: VersionedClient | undefined,
): Promise<Checked> {
  const { found, version } = stale;
  const begun = await deps.cases.decision(found.clientId);
  if (begun) {
    await finishDecision(deps, begun);
    return "decided";
  }
  const requested = requestedOf(found);
  // A decision is told after the request, so one that is over has left nothing owing.
  if (!owned && !wasTold(clockOf(found).told, REQUESTED, EVENTS)) {
    try {
      await deps.events.publishAll(stageEvents(deps, found, requested));
    } catch (error) {
      if (!(error instanceof RemoteUnavailable)) throw error;
      note(`not-told:${EVENTS}`);
      await putCheckOff(deps, stale);
      return "put-off";
    }
  }
  await deps.cases.remove("pending", found.clientId, version);
  return "stale";
}
