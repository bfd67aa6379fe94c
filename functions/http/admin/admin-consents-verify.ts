import type { ConsentDeps } from "../../../shared/consent/consent-deps.ts";
import { verifyConsent } from "../../../shared/consent/decisions/operate.ts";
import type { OnceDeps } from "../../../shared/operations/admission/do-once.ts";
import { route } from "../../edge/route.ts";
import { type ConsentAdvice, ConsentItemShape } from "./admin-shapes.ts";
import { operate } from "./operate.ts";

/** Without a key every call looks anew; a repeat under the same key does not. */
export const adminConsentsVerify = (deps: ConsentDeps & OnceDeps & ConsentAdvice) =>
  route(
    {
      name: "admin-consents-verify",
      operationId: "verifyConsent",
      method: "POST",
      path: "/admin/consents/{id}/verify",
      access: "operator",
      accepts: ["Idempotency-Key"],
      summary: "Look in the directory now and record what it shows",
      description:
        "Looks into the directory, the truth about grants, and records what it shows: granted, pending or revoked.",
      replies: {
        200: {
          description: "The consent as it is now",
          schema: ConsentItemShape,
          headers: ["ETag"],
        },
      },
      problems: [
        "not-found",
        "consent-not-found",
        "request-in-progress",
        "idempotency-key-reused",
        "directory-throttled",
      ],
    },
    async ({ caller, by, id, idempotency }) => {
      const request = { operator: caller.id, clientId: id, idempotency };
      return operate(deps, request, () => verifyConsent(deps, id, by.requestId));
    },
  );
