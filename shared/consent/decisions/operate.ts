import { done, type Outcome, refused } from "../../base/outcome.ts";
import { doOnce, type OnceDeps, type OnceRequest } from "../../operations/do-once.ts";
import type { IdempotencyRefusal } from "../../operations/idempotency.ts";
import type { ConsentCase } from "../consent-case.ts";
import type { ConsentDeps } from "../consent-deps.ts";
import type { ConsentRefusal } from "../reasons.ts";
import { decide } from "./decide.ts";
import type { Decision } from "./decision.ts";
import { findCase } from "./find-case.ts";

/** What operators can do with one consent. Each may be repeated: what is done already is answered and not done again. */

type Operated = Promise<Outcome<ConsentCase, ConsentRefusal>>;

/** Any of it under the operator's `Idempotency-Key`: a repeat does nothing and is answered with the consent as it is by then. */
export const operate = (
  deps: ConsentDeps & OnceDeps,
  request: OnceRequest,
  work: () => Operated,
): Promise<Outcome<ConsentCase, ConsentRefusal | IdempotencyRefusal>> =>
  doOnce(deps, request, work, () => findCase(deps, request.clientId));

/** For so long a client that the directory does not show may only be late. */
const FRESH_MS = 5 * 60_000;

/** Looks in the directory now and records what it shows. */
export async function verifyConsent(deps: ConsentDeps, clientId: string): Operated {
  const found = await findCase(deps, clientId);
  if (!found.ok) return found;
  const of = found.value;
  const now = deps.runtime.now();
  const sight = (await deps.consentDirectory.see([of])).get(clientId) ?? { sight: "absent" };
  const decision = { id: deps.runtime.newId(), at: now, of };
  const isOld = now.getTime() - of.consent.requestedAt.getTime() >= FRESH_MS;
  if (sight.sight === "absent" && isOld) await decide(deps, { ...decision, to: "deleted" });
  else if (sight.sight === "granted" && of.consent.state !== "granted")
    await decide(deps, { ...decision, to: "granted", principalId: sight.principalId });
  else if (sight.sight === "not-granted" && of.consent.state === "granted")
    await decide(deps, { ...decision, to: "revoked" });
  else return found;
  return findCase(deps, clientId);
}

/** Grants in the directory, then records it. A consent that is granted already is granted again where something is missing. */
export async function grantConsent(
  deps: ConsentDeps & { readonly automaticGrant: boolean },
  clientId: string,
): Operated {
  if (!deps.automaticGrant) return refused({ reason: "grant-not-enabled" });
  const found = await findCase(deps, clientId);
  if (!found.ok) return found;
  const of = found.value;
  if (of.consent.state === "rejected")
    return refused({ reason: "consent-already-decided", state: "rejected" });
  const principalId = await deps.consentDirectory.grant(of, {
    createdAt: of.consent.requestedAt,
    recorded: async () => (await deps.records.client(of.subscription, clientId)) !== undefined,
  });
  if (principalId === undefined) return verifyConsent(deps, clientId);
  if (of.consent.state === "granted") return found;
  return carryOut(deps, { ...begin(deps, of), to: "granted", principalId });
}

/** Closes the request; the customer sees why. */
export async function rejectConsent(deps: ConsentDeps, clientId: string, reason: string): Operated {
  const found = await findCase(deps, clientId);
  if (!found.ok) return found;
  const of = found.value;
  const { state } = of.consent;
  if (state === "rejected" && of.consent.reason === reason) return found;
  if (state !== "pending") return refused({ reason: "consent-already-decided", state });
  return carryOut(deps, { ...begin(deps, of), to: "rejected", reason });
}

const begin = ({ runtime }: ConsentDeps, of: ConsentCase) => ({
  id: runtime.newId(),
  at: runtime.now(),
  of,
});

async function carryOut(deps: ConsentDeps, decision: Decision): Operated {
  const decided = await decide(deps, decision);
  const { state } = decided.decided ? {} : decided;
  if (state !== undefined && state !== decision.to)
    return refused({ reason: "consent-already-decided", state });
  const found = await findCase(deps, decision.of.clientId);
  return found.ok ? done(found.value) : found;
}
