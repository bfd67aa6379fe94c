import type { ConsentDeps } from "../../shared/consent/consent-deps.ts";
import { grantConsent } from "../../shared/consent/operate.ts";
import { done } from "../../shared/outcome.ts";
import { route } from "../edge/route.ts";
import { type ConsentAdvice, ConsentItemShape, showCase } from "./admin-shapes.ts";

/** Safe to repeat, and worth repeating after a 503: what is granted already is left alone. */
export const adminConsentsGrant = (deps: ConsentDeps & ConsentAdvice) =>
  route(
    {
      name: "admin-consents-grant",
      method: "POST",
      path: "/admin/consents/{id}/grant",
      access: "operator",
      summary: "Grant the client's roles in the directory, where that is switched on",
      replies: { 200: { description: "The consent, granted", schema: ConsentItemShape } },
      problems: [
        "not-found",
        "consent-not-found",
        "consent-already-decided",
        "grant-not-enabled",
        "directory-throttled",
      ],
    },
    async ({ id }) => {
      const granted = await grantConsent(deps, id);
      return granted.ok ? done({ status: 200, body: showCase(granted.value, deps) }) : granted;
    },
  );
