import type { Outcome } from "../../shared/base/outcome.ts";
import type { ConsentCase } from "../../shared/consent/consent-case.ts";
import type { ConsentDeps } from "../../shared/consent/consent-deps.ts";
import { findCase } from "../../shared/consent/decisions/find-case.ts";
import type { ConsentRefusal } from "../../shared/consent/reasons.ts";
import { doOnce, type OnceDeps, type OnceRequest } from "../../shared/operations/do-once.ts";
import type { KeyRefusal } from "../../shared/operations/key.ts";

/**
 * What an operator does to a consent, under the operator's `Idempotency-Key`: a repeat does nothing and is answered with the
 * consent as it is by then.
 */
export const operate = (
  deps: ConsentDeps & OnceDeps,
  request: OnceRequest,
  work: () => Promise<Outcome<ConsentCase, ConsentRefusal>>,
): Promise<Outcome<ConsentCase, ConsentRefusal | KeyRefusal>> =>
  doOnce(deps, request, work, () => findCase(deps, request.clientId));
