import type { ConsentDeps } from "../../../shared/consent/consent-deps.ts";
import { revokeConsent } from "../../../shared/consent/decisions/revoke.ts";
import type { OnceDeps } from "../../../shared/operations/admission/do-once.ts";
import { route } from "../../edge/route.ts";
import { StopRequestBody } from "../inputs.ts";
import { type ConsentAdvice, ConsentItemShape } from "./admin-shapes.ts";
import { operate } from "./operate.ts";

/** Safe to repeat, and worth repeating after a 503: what is gone already is left alone. */
export const adminConsentsRevoke = (deps: ConsentDeps & OnceDeps & ConsentAdvice) =>
  route(
    {
      name: "admin-consents-revoke",
      operationId: "revokeConsent",
      method: "POST",
      path: "/admin/consents/{id}/revoke",
      access: "operator",
      accepts: ["Idempotency-Key", "If-Match"],
      summary: "Withdraw a client's roles in the directory, where the service may",
      description:
        "Takes away what is granted to the client on the resource API; the customer sees the reason. Only where the service was set up to grant; elsewhere an administrator removes the permissions at `grantUrl`. Tokens that are out live until they expire. Safe to repeat after a 503.",
      body: StopRequestBody,
      replies: {
        200: { description: "The consent, revoked", schema: ConsentItemShape, headers: ["ETag"] },
      },
      problems: [
        "not-found",
        "consent-not-found",
        "consent-not-granted",
        "consent-already-decided",
        "consent-changed",
        "revoke-not-enabled",
        "request-in-progress",
        "idempotency-key-reused",
        "directory-throttled",
      ],
    },
    async ({ caller, by, id, body, idempotency, ifMatch }) => {
      const request = { operator: caller.id, clientId: id, idempotency };
      return operate(deps, request, () =>
        revokeConsent(deps, id, body.reason, {
          by: by.actor,
          requestId: by.requestId,
          ifMatch,
        }),
      );
    },
  );
