import { done, type Outcome, refused } from "../../../shared/base/outcome.ts";
import type { RunKind } from "../../../shared/events/subscription-run.ts";
import { doOnce, type OnceDeps } from "../../../shared/operations/admission/do-once.ts";
import { type BeginRunDeps, beginRun } from "../../../shared/operations/whole/begin-run.ts";
import type { Run } from "../../../shared/operations/whole/run.ts";
import type { Refusal } from "../../edge/refusal.ts";
import type { Reply } from "../../edge/reply.ts";
import { type Call, type RouteContract, route } from "../../edge/route.ts";
import { StopRequestBody } from "../inputs.ts";
import { OperationShape, showRun } from "./operation-shapes.ts";

/** Operators stop a whole subscription, or keep it from making more. What that comes to is told by its operation. */

type Deps = BeginRunDeps & OnceDeps;

const contract = {
  method: "POST",
  access: "operator",
  accepts: ["Idempotency-Key"],
  replies: {
    202: {
      description: "The operation that brings it about; asked for already, the one that did",
      schema: OperationShape,
      headers: ["Location"],
    },
  },
  problems: ["operation-not-found", "request-in-progress", "idempotency-key-reused"],
} as const satisfies Partial<RouteContract>;

export const adminSubscriptionsSuspend = (deps: Deps) =>
  route(
    {
      ...contract,
      name: "admin-subscriptions-suspend",
      operationId: "suspendSubscription",
      path: "/admin/subscriptions/{subscription}/suspend",
      summary: "Stop all clients of a subscription",
      description:
        "From this answer on it makes no client and no secret; its clients are stopped one by one, below half of the directory's writes. Those that come meanwhile are stopped as well.",
      body: StopRequestBody,
    },
    (call) => begin(deps, call, "suspend-subscription", call.body.reason),
  );

export const adminSubscriptionsResume = (deps: Deps) =>
  route(
    {
      ...contract,
      name: "admin-subscriptions-resume",
      operationId: "resumeSubscription",
      path: "/admin/subscriptions/{subscription}/resume",
      summary: "Let the clients of a subscription go on",
      description:
        "Those that were stopped with it; one that was stopped for a reason of its own stays so. A suspension that is still under way is called off.",
    },
    (call) => begin(deps, call, "resume-subscription"),
  );

export const adminSubscriptionsBlock = (deps: Deps) =>
  route(
    {
      ...contract,
      name: "admin-subscriptions-block",
      operationId: "blockSubscription",
      path: "/admin/subscriptions/{subscription}/block",
      summary: "Let a subscription make no more clients",
      description:
        "In force with this answer. What it has goes on, and may be changed and deleted. The customer is told the reason.",
      body: StopRequestBody,
    },
    (call) => begin(deps, call, "block-subscription", call.body.reason),
  );

export const adminSubscriptionsUnblock = (deps: Deps) =>
  route(
    {
      ...contract,
      name: "admin-subscriptions-unblock",
      operationId: "unblockSubscription",
      path: "/admin/subscriptions/{subscription}/unblock",
      summary: "Let a subscription make clients again",
      description: "In force with this answer. A subscription that is suspended stays so.",
    },
    (call) => begin(deps, call, "unblock-subscription"),
  );

export const adminSubscriptionsOffboard = (deps: Deps & { readonly offboardGraceMs: number }) =>
  route(
    {
      ...contract,
      name: "admin-subscriptions-offboard",
      operationId: "offboardSubscription",
      path: "/admin/subscriptions/{subscription}/offboard",
      summary: "End a customer: stop all clients, and delete them after a grace",
      description:
        "From this answer on the subscription is suspended; its clients are stopped one by one, and deleted once `deleteAt` has come, below half of the directory's writes. Until then it can be called off. `…/report` says what was there.",
      body: StopRequestBody,
    },
    (call) => begin(deps, call, "offboard-subscription", call.body.reason, deps.offboardGraceMs),
  );

export const adminSubscriptionsKeep = (deps: Deps) =>
  route(
    {
      ...contract,
      name: "admin-subscriptions-keep",
      operationId: "cancelOffboarding",
      path: "/admin/subscriptions/{subscription}/offboard/cancel",
      summary: "Call the end of a customer off",
      description:
        "Those that were stopped with it go on; what is deleted by then can be restored one by one. `…/resume` does the same. Called off already, it is answered with the operation that did.",
      problems: [...contract.problems, "not-offboarding"],
    },
    (call) =>
      begin(
        { ...deps, mayBegin: () => isOffboarding(deps, call.subscription) },
        call,
        "cancel-offboard",
      ),
  );

async function isOffboarding(
  { operations, runs }: Deps,
  subscription: string,
): Promise<Outcome<undefined, Refusal>> {
  const { account } = await operations.account(subscription);
  const { suspended, resumed } = account;
  const last = !suspended && resumed !== undefined && (await runs.find(resumed));
  const isKnown = suspended?.deleteAt || (last && last.run.kind === "cancel-offboard");
  return isKnown ? done(undefined) : refused({ reason: "not-offboarding" });
}

async function begin(
  {
    mayBegin,
    ...deps
  }: Deps & {
    /** Not asked of a repeat: what has become of the subscription since takes nothing back of what was done under the key. */
    readonly mayBegin?: () => Promise<Outcome<undefined, Refusal>>;
  },
  {
    caller,
    by,
    subscription,
    idempotency,
  }: Pick<
    Call<RouteContract & { access: "operator" }>,
    "caller" | "by" | "subscription" | "idempotency"
  >,
  kind: RunKind,
  reason?: string,
  graceMs?: number,
): Promise<Outcome<Reply, Refusal>> {
  const begun = await doOnce<Run, Refusal>(
    deps,
    { operator: caller.id, idempotency, idOf: ({ operationId }) => operationId },
    async () => {
      const may = await mayBegin?.();
      if (may && !may.ok) return may;
      const run = await beginRun(deps, {
        ...{ kind, subscription, by },
        ...(reason !== undefined && { reason }),
        ...(graceMs !== undefined && { graceMs }),
      });
      return done(run);
    },
    async ({ clientId: operationId }) => {
      const found = await deps.runs.find(operationId);
      return found ? done(found.run) : refused({ reason: "operation-not-found" });
    },
  );
  if (!begun.ok) return begun;
  const location = `/api/admin/operations/${begun.value.operationId}`;
  return done({
    status: 202,
    headers: { location },
    body: showRun(begun.value),
    replayed: begun.replayed,
  });
}
