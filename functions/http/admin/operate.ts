import { done, type Outcome, refused } from "../../../shared/base/outcome.ts";
import { caseRevision, type ShownCase } from "../../../shared/consent/consent-case.ts";
import type { ConsentDeps } from "../../../shared/consent/consent-deps.ts";
import { findCase } from "../../../shared/consent/decisions/find-case.ts";
import type { ConsentRefusal } from "../../../shared/consent/reasons.ts";
import {
  doOnce,
  type OnceDeps,
  type OnceRequest,
} from "../../../shared/operations/admission/do-once.ts";
import type { Refusal } from "../../edge/refusal.ts";
import type { Reply } from "../../edge/reply.ts";
import { etagOf } from "../../edge/validator.ts";
import { type ConsentAdvice, showCase } from "./admin-shapes.ts";

/** A consent as operators are shown it, with the ETag that a decision can be bound to. */
export const caseReply = (found: ShownCase, advice: ConsentAdvice): Reply => ({
  status: 200,
  revision: caseRevision(found),
  body: showCase(found, advice),
});

/**
 * What an operator does to a consent, under the operator's `Idempotency-Key`: a repeat does nothing and is answered with the
 * consent as it is by then.
 */
export async function operate(
  deps: ConsentDeps & OnceDeps & ConsentAdvice,
  { clientId, ...request }: Omit<OnceRequest, "idOf"> & { readonly clientId: string },
  work: () => Promise<Outcome<ShownCase, ConsentRefusal>>,
): Promise<Outcome<Reply, Refusal>> {
  const outcome = await doOnce(deps, { ...request, idOf: () => clientId }, work, () =>
    findCase(deps, clientId),
  );
  if (outcome.ok) return done({ ...caseReply(outcome.value, deps), replayed: outcome.replayed });
  const { refusal } = outcome;
  if (refusal.reason !== "consent-changed") return refused(refusal);
  const { current } = refusal;
  const consent = showCase(current, deps);
  const etag = etagOf(caseRevision(current), JSON.stringify(consent));
  return refused({ reason: "consent-changed", etag, consent });
}
