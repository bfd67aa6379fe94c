import { done, type Outcome } from "../../../shared/base/outcome.ts";
import { doOnce, type OnceDeps } from "../../../shared/operations/admission/do-once.ts";
import { findDeleted } from "../../../shared/operations/clients/find-deleted.ts";
import { purgeClient } from "../../../shared/operations/clients/purge-client.ts";
import { restoreClient } from "../../../shared/operations/clients/restore-client.ts";
import type { RestoreDeps } from "../../../shared/operations/clients/restored.ts";
import type { Refusal } from "../../edge/refusal.ts";
import { type Call, type RouteContract, route } from "../../edge/route.ts";

/** What operators do to clients that were deleted. */

type Deps = RestoreDeps & OnceDeps;
type OperatorsCall = Pick<
  Call<RouteContract & { access: "operator" }>,
  "caller" | "by" | "id" | "idempotency"
>;

const contract = {
  method: "POST",
  access: "operator",
  accepts: ["Idempotency-Key"],
  problems: [
    "not-found",
    "client-busy",
    "request-in-progress",
    "idempotency-key-reused",
    "directory-throttled",
  ],
} as const satisfies Partial<RouteContract>;

export const adminClientsRestore = (deps: Deps) =>
  route(
    {
      ...contract,
      name: "admin-clients-restore",
      operationId: "restoreClient",
      path: "/admin/clients/{id}/restore",
      summary: "Bring a customer's deleted client back, within 30 days",
      description:
        "With its ids, its name and its secrets, at nobody's charge but a place. Its consent is asked for anew, and found if it is there.",
      replies: { 204: { description: "It is back" } },
      problems: [
        ...contract.problems,
        "client-gone",
        "client-limit-reached",
        "subscription-blocked",
        "name-not-allowed",
        "forbidden-by-policy",
        "directory-full",
      ],
    },
    (call) =>
      once(deps, call, async (subscription) => {
        const { id: clientId, by } = call;
        return restoreClient(deps, { subscription, clientId, by, as: "operator" });
      }),
  );

export const adminClientsPurge = (deps: Deps) =>
  route(
    {
      ...contract,
      name: "admin-clients-purge",
      operationId: "purgeClient",
      path: "/admin/clients/{id}/purge",
      summary: "Delete a deleted client for good",
      description:
        "Nobody can restore it any more, and the directory has room for another. A client that is not deleted is not found here.",
      replies: { 204: { description: "It is gone for good" } },
    },
    (call) =>
      once(deps, call, async (subscription) => {
        const { id: clientId, by } = call;
        return purgeClient(deps, { subscription, clientId, by });
      }),
  );

async function once(
  deps: Deps,
  { caller, id, idempotency }: OperatorsCall,
  work: (subscription: string) => Promise<Outcome<unknown, Refusal>>,
) {
  const worked = await doOnce<unknown, Refusal>(
    deps,
    { operator: caller.id, idempotency, idOf: () => id },
    async () => {
      const found = await findDeleted(deps, id);
      return found.ok ? work(found.value.record.subscription) : found;
    },
    async () => done(undefined),
  );
  return worked.ok ? done({ status: 204, replayed: worked.replayed }) : worked;
}
