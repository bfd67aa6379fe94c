import { isMatch } from "../../base/if-match.ts";
import { done, type Outcome, refused } from "../../base/outcome.ts";
import { RemoteUnavailable } from "../../base/unavailable.ts";
import type { Actor } from "../../clients/actor.ts";
import { caseEtag, type ShownCase } from "../consent-case.ts";
import type { ConsentDeps } from "../consent-deps.ts";
import type { ConsentRefusal } from "../reasons.ts";
import { decide } from "./decide.ts";
import type { NewDecision } from "./decision.ts";
import { findCase, findListed, type ShownListed } from "./find-case.ts";
import { mayStillShow } from "./may-still-show.ts";
import { reviewDrift } from "./review-drift.ts";
import { reviewGrant } from "./review-grant.ts";
import { settleAbsence } from "./settle-absence.ts";

/** What operators can do with one consent. Each may be repeated: what is done already is answered and not done again. */

type Operated = Promise<Outcome<ShownCase, ConsentRefusal>>;

/** Asks the directory now and records what it shows. A grant that was there moments ago takes two reads to be revoked. */
export async function verifyConsent(
  deps: ConsentDeps,
  clientId: string,
  requestId?: string,
): Operated {
  const found = await findListed(deps, clientId);
  if (!found.ok) return found;
  const listed = found.value;
  const shown = (await deps.consentDirectory.see([listed.found])).get(clientId);
  if (!shown) throw new RemoteUnavailable("directory", { executed: "no", retryAfterSeconds: 5 });
  if (shown.status !== "absent") await reviewDrift(deps, listed.found, shown.excess ?? []);
  if (listed.found.consent.state === "granted") await reviewGrant(deps, listed, shown, requestId);
  else if (shown.status === "absent") await settleAbsence(deps, listed, requestId);
  else if (shown.status === "granted") {
    if (mayStillShow(listed.found.consent, deps.runtime.now())) return done(listed.found);
    const decision = { to: "granted" as const, principalId: shown.principalId, requestId };
    await decide(deps, { ...decision, subject: listed.found }, listed.version);
  }
  return findCase(deps, clientId);
}

/**
 * Grants in the directory, then records it. A consent that is granted already is granted again where something is missing.
 * `If-Match` is held before the directory is asked; what it has granted counts, whatever is renamed while it does.
 */
export async function grantConsent(
  deps: ConsentDeps & { readonly automaticGrant: boolean },
  clientId: string,
  deciding: Deciding = {},
): Operated {
  if (!deps.automaticGrant) return refused({ reason: "grant-not-enabled" });
  const found = await findShown(deps, clientId, deciding);
  if (!found.ok) return found;
  const subject = found.value.found;
  const { state, requestedAt } = subject.consent;
  if (state === "rejected") return refused({ reason: "consent-already-decided", state });
  const principalId = await deps.consentDirectory.grant(subject, {
    createdAt: requestedAt,
    recorded: async () => (await deps.records.client(subject.subscription, clientId)) !== undefined,
  });
  if (principalId === undefined) return verifyConsent(deps, clientId, deciding.requestId);
  if (state === "granted") {
    await reviewGrant(deps, found.value, { status: "granted", principalId });
    return done(subject);
  }
  const { ifMatch: _, ...who } = deciding;
  return carry(deps, found.value, { to: "granted", principalId }, who);
}

/** Closes the request; the customer sees why. The same again is answered as the first time, whatever was shown since. */
export async function rejectConsent(
  deps: ConsentDeps,
  clientId: string,
  reason: string,
  deciding: Deciding = {},
): Operated {
  const any = await findListed(deps, clientId);
  if (!any.ok) return any;
  const { consent, revision } = any.value.found;
  const { state } = consent;
  if (state === "rejected" && consent.reason === reason) return done(any.value.found);
  const found = asShown(any.value, deciding);
  if (!found.ok) return found;
  if (state !== "pending") return refused({ reason: "consent-already-decided", state });
  const bound = deciding.ifMatch === undefined ? {} : { boundTo: revision };
  return carry(deps, found.value, { to: "rejected", reason, ...bound }, deciding);
}

/** Who decides, and on what. */
export interface Deciding {
  readonly by?: Actor;
  readonly requestId?: string | undefined;
  /** The ETag of what was shown to them; the decision is made on that or not at all. */
  readonly ifMatch?: string | undefined;
}

export function asShown(listed: ShownListed, deciding: Deciding) {
  const current = listed.found;
  const fits = deciding.ifMatch === undefined || isMatch(deciding.ifMatch, caseEtag(current));
  return fits ? done(listed) : refused({ reason: "consent-changed" as const, current });
}

async function findShown(deps: ConsentDeps, clientId: string, deciding: Deciding) {
  const found = await findListed(deps, clientId);
  return found.ok ? asShown(found.value, deciding) : found;
}

/** Writes the decision down and carries it out; what another one came to meanwhile is the answer. */
export async function carry(
  deps: ConsentDeps,
  { found, version }: ShownListed,
  next: Omit<NewDecision, "subject" | "by" | "requestId">,
  deciding: Deciding,
): Operated {
  const { by, requestId } = deciding;
  const decision = { ...next, ...(by && { by }), requestId, subject: found };
  const decided = await decide(deps, decision, version);
  if (!decided.decided) {
    // Changed between our read and our write.
    const now = await findShown(deps, found.clientId, deciding);
    if (!now.ok) return now;
  }
  const { state } = decided.decided ? {} : decided;
  if (state !== undefined && state !== next.to)
    return refused({ reason: "consent-already-decided", state });
  return findCase(deps, found.clientId);
}
