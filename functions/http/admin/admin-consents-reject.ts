import * as z from "zod";
import type { ConsentDeps } from "../../../shared/consent/consent-deps.ts";
import { rejectConsent } from "../../../shared/consent/decisions/operate.ts";
import type { OnceDeps } from "../../../shared/operations/admission/do-once.ts";
import { route } from "../../edge/route.ts";
import { reason } from "../inputs.ts";
import { type ConsentAdvice, ConsentItemShape } from "./admin-shapes.ts";
import { operate } from "./operate.ts";

/** The same reason again is answered as the first time. */
export const adminConsentsReject = (deps: ConsentDeps & OnceDeps & ConsentAdvice) =>
  route(
    {
      name: "admin-consents-reject",
      operationId: "rejectConsent",
      method: "POST",
      path: "/admin/consents/{id}/reject",
      access: "operator",
      accepts: ["Idempotency-Key", "If-Match"],
      summary: "Close the request; the customer sees the reason",
      description: "Closes the request without a grant. The customer sees the reason.",
      body: z.strictObject({ reason }).meta({ id: "RejectConsentRequest" }),
      replies: {
        200: { description: "The consent, rejected", schema: ConsentItemShape, headers: ["ETag"] },
      },
      problems: [
        "not-found",
        "consent-not-found",
        "request-in-progress",
        "idempotency-key-reused",
        "consent-already-decided",
        "consent-changed",
      ],
    },
    async ({ caller, by, id, body, idempotency, ifMatch }) => {
      const request = { operator: caller.id, clientId: id, idempotency };
      return operate(deps, request, () =>
        rejectConsent(deps, id, body.reason, { by: by.actor, requestId: by.requestId, ifMatch }),
      );
    },
  );
