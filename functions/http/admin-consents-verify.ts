import type { ConsentDeps } from "../../shared/consent/consent-deps.ts";
import { verifyConsent } from "../../shared/consent/operate.ts";
import { done } from "../../shared/outcome.ts";
import { route } from "../edge/route.ts";
import { type ConsentAdvice, ConsentItemShape, showCase } from "./admin-shapes.ts";

/** Asking twice is asking once: no Idempotency-Key is needed. */
export const adminConsentsVerify = (deps: ConsentDeps & ConsentAdvice) =>
  route(
    {
      name: "admin-consents-verify",
      method: "POST",
      path: "/admin/consents/{id}/verify",
      access: "operator",
      summary: "Look in the directory now and record what it shows",
      replies: { 200: { description: "The consent as it is now", schema: ConsentItemShape } },
      problems: ["not-found", "consent-not-found", "directory-throttled"],
    },
    async ({ id }) => {
      const verified = await verifyConsent(deps, id);
      return verified.ok ? done({ status: 200, body: showCase(verified.value, deps) }) : verified;
    },
  );
