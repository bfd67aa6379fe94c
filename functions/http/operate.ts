import { done, type Outcome, refused } from "../../shared/base/outcome.ts";
import { type ConsentCase, caseEtag } from "../../shared/consent/consent-case.ts";
import type { ConsentDeps } from "../../shared/consent/consent-deps.ts";
import { findCase } from "../../shared/consent/decisions/find-case.ts";
import type { Shown } from "../../shared/consent/decisions/operate.ts";
import type { ConsentRefusal } from "../../shared/consent/reasons.ts";
import { doOnce, type OnceDeps, type OnceRequest } from "../../shared/operations/do-once.ts";
import type { Refusal } from "../edge/refusal.ts";
import type { Reply } from "../edge/reply.ts";
import { type ConsentAdvice, showCase } from "./admin-shapes.ts";

/** A consent as operators are shown it, with the ETag that a decision can be bound to. */
export const caseReply = (found: ConsentCase, advice: ConsentAdvice): Reply => ({
  status: 200,
  headers: { etag: caseEtag(found) },
  body: showCase(found, advice),
});

/** What whoever decides has seen, if they say so. */
export const shown = (ifMatch: string | undefined): Shown | undefined =>
  ifMatch === undefined ? undefined : { ifMatch };

/**
 * What an operator does to a consent, under the operator's `Idempotency-Key`: a repeat does nothing and is answered with the
 * consent as it is by then.
 */
export async function operate(
  deps: ConsentDeps & OnceDeps & ConsentAdvice,
  { clientId, ...request }: Omit<OnceRequest, "idOf"> & { readonly clientId: string },
  work: () => Promise<Outcome<ConsentCase, ConsentRefusal>>,
): Promise<Outcome<Reply, Refusal>> {
  const outcome = await doOnce(deps, { ...request, idOf: () => clientId }, work, () =>
    findCase(deps, clientId),
  );
  if (outcome.ok) return done(caseReply(outcome.value, deps));
  const { refusal } = outcome;
  if (refusal.reason !== "consent-changed") return refused(refusal);
  const { current } = refusal;
  const consent = showCase(current, deps);
  return refused({ reason: "consent-changed", etag: caseEtag(current), consent });
}
