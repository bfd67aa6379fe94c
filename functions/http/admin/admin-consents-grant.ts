import type { ConsentDeps } from "../../../shared/consent/consent-deps.ts";
import { grantConsent } from "../../../shared/consent/decisions/operate.ts";
import type { OnceDeps } from "../../../shared/operations/admission/do-once.ts";
import { route } from "../../edge/route.ts";
import { type ConsentAdvice, ConsentItemShape } from "./admin-shapes.ts";
import { operate } from "./operate.ts";

/** Safe to repeat, and worth repeating after a 503: what is granted already is left alone. */
export const adminConsentsGrant = (deps: ConsentDeps & OnceDeps & ConsentAdvice) =>
  route(
    {
      name: "admin-consents-grant",
      operationId: "grantConsent",
      method: "POST",
      path: "/admin/consents/{id}/grant",
      access: "operator",
      accepts: ["Idempotency-Key", "If-Match"],
      summary: "Grant the client's roles in the directory, where that is switched on",
      description:
        "Grants the roles that the client asked for in the directory. Only where the service was set up to do so; elsewhere an administrator grants at `grantUrl`. Safe to repeat after a 503.",
      replies: {
        200: { description: "The consent, granted", schema: ConsentItemShape, headers: ["ETag"] },
      },
      problems: [
        "not-found",
        "consent-not-found",
        "request-in-progress",
        "idempotency-key-reused",
        "consent-already-decided",
        "consent-changed",
        "grant-not-enabled",
        "directory-throttled",
        "directory-full",
      ],
    },
    async ({ caller, by, id, idempotency, ifMatch }) => {
      const request = { operator: caller.id, clientId: id, idempotency };
      return operate(deps, request, () =>
        grantConsent(deps, id, { by: by.actor, requestId: by.requestId, ifMatch }),
      );
    },
  );
