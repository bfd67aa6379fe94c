import { done } from "../../../shared/base/outcome.ts";
import type { ShownCase } from "../../../shared/consent/consent-case.ts";
import { findCase } from "../../../shared/consent/decisions/find-case.ts";
import { doOnce, type OnceDeps } from "../../../shared/operations/admission/do-once.ts";
import {
  type StopDeps,
  type StopRequest,
  stopClient,
} from "../../../shared/operations/clients/stop-client.ts";
import type { Refusal } from "../../edge/refusal.ts";
import { type Call, type RouteContract, route } from "../../edge/route.ts";
import { StopRequestBody } from "../inputs.ts";
import { type ConsentAdvice, ConsentItemShape } from "./admin-shapes.ts";
import { caseReply } from "./operate.ts";

/** Operators stop one client, and let it go on. */

type Deps = StopDeps & OnceDeps & ConsentAdvice;

const contract = {
  method: "POST",
  access: "operator",
  accepts: ["Idempotency-Key"],
  problems: [
    "not-found",
    "consent-not-found",
    "client-busy",
    "request-in-progress",
    "idempotency-key-reused",
    "directory-throttled",
  ],
} as const satisfies Partial<RouteContract>;

export const adminClientsSuspend = (deps: Deps) =>
  route(
    {
      ...contract,
      name: "admin-clients-suspend",
      operationId: "suspendClient",
      path: "/admin/clients/{id}/suspend",
      summary: "Have a client get no new tokens",
      description:
        "The customer sees the reason and cannot undo it. Tokens that are out live until they expire; secrets, consent and name are kept. Stopped already for the same reason, it is answered as it is.",
      body: StopRequestBody,
      replies: {
        200: { description: "The client, stopped", schema: ConsentItemShape, headers: ["ETag"] },
      },
    },
    (call) => stop(deps, call, call.body.reason),
  );

export const adminClientsResume = (deps: Deps) =>
  route(
    {
      ...contract,
      name: "admin-clients-resume",
      operationId: "resumeClient",
      path: "/admin/clients/{id}/resume",
      summary: "Let a client get tokens again",
      description:
        "With the secrets and the consent that it has. What its customer has stopped, before or alone, stays stopped: only they let it go on. A client that was stopped with its whole subscription is resumed with it.",
      replies: {
        200: { description: "The client, going on", schema: ConsentItemShape, headers: ["ETag"] },
      },
      problems: [...contract.problems, "subscription-suspended"],
    },
    (call) => stop(deps, call, undefined),
  );

async function stop(
  deps: Deps,
  {
    caller,
    by,
    id,
    idempotency,
  }: Pick<Call<RouteContract & { access: "operator" }>, "caller" | "by" | "id" | "idempotency">,
  reason: StopRequest["reason"],
) {
  const stopped = await doOnce<ShownCase, Refusal>(
    deps,
    { operator: caller.id, idempotency, idOf: () => id },
    () => stopClient(deps, { clientId: id, by, reason }),
    () => findCase(deps, id),
  );
  return stopped.ok
    ? done({ ...caseReply(stopped.value, deps), replayed: stopped.replayed })
    : stopped;
}
