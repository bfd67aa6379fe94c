import { done, refused } from "../../shared/base/outcome.ts";
import type { ConsentDeps } from "../../shared/consent/consent-deps.ts";
import { findCase } from "../../shared/consent/decisions/find-case.ts";
import type { OperationRecords } from "../../shared/operations/ports.ts";
import { route } from "../edge/route.ts";
import { type ConsentAdvice, OneConsentShape, showOne } from "./admin-shapes.ts";
import { caseReply } from "./operate.ts";

/** One request, whatever has become of it: where an alert leads. */
export const adminConsentsGet = (
  deps: Pick<ConsentDeps, "cases" | "records" | "runtime"> &
    ConsentAdvice & { readonly operations: Pick<OperationRecords, "account"> },
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
        "What operators are shown of one consent: who asks for what, since when, what was decided, and whether its subscription is blocked or suspended.",
      replies: {
        200: { description: "The consent", schema: OneConsentShape, headers: ["ETag"] },
      },
      problems: ["not-found", "consent-not-found"],
    },
    async ({ id }) => {
      const found = await findCase(deps, id);
      if (!found.ok) return refused(found.refusal);
      const { account } = await deps.operations.account(found.value.subscription);
      return done({
        ...caseReply(found.value, deps),
        body: showOne(found.value, account, deps),
      });
    },
  );
