import { done, refused } from "../../../shared/base/outcome.ts";
import type { ConsentDeps } from "../../../shared/consent/consent-deps.ts";
import { findCase } from "../../../shared/consent/decisions/find-case.ts";
import { route } from "../../edge/route.ts";
import { type ConsentAdvice, ConsentItemShape } from "./admin-shapes.ts";
import { caseReply } from "./operate.ts";

/** One request, whatever has become of it: where an alert leads. */
export const adminConsentsGet = (
  deps: Pick<ConsentDeps, "cases" | "records" | "runtime"> & ConsentAdvice,
) =>
  route(
    {
      name: "admin-consents-get",
      method: "GET",
      path: "/admin/consents/{id}",
      access: "operator",
      operationId: "getConsent",
      summary: "One consent, whatever its state",
      description:
        "What operators are shown of one consent: who asks for what, since when, and what was decided.",
      replies: {
        200: { description: "The consent", schema: ConsentItemShape, headers: ["ETag"] },
      },
      problems: ["not-found", "consent-not-found"],
    },
    async ({ id }) => {
      const found = await findCase(deps, id);
      return found.ok ? done(caseReply(found.value, deps)) : refused(found.refusal);
    },
  );
