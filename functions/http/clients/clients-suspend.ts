import * as z from "zod";
import { done } from "../../../shared/base/outcome.ts";
import { clientRevision } from "../../../shared/clients/client.ts";
import type { ChangeDeps } from "../../../shared/operations/admission/change.ts";
import { resumeClient, suspendClient } from "../../../shared/operations/clients/suspend-client.ts";
import { type Call, type RouteContract, route } from "../../edge/route.ts";
import { ownReason } from "../inputs.ts";

/** Customers stop their own clients, and let them go on. */

const contract = {
  method: "POST",
  access: "clients.write",
  accepts: ["Idempotency-Key", "If-Match"],
  problems: [
    "not-found",
    "client-busy",
    "stopped-by-operator",
    "precondition-failed",
    "request-in-progress",
    "idempotency-key-reused",
    "rate-limited",
    "share-used-up",
    "directory-throttled",
  ],
} as const satisfies Partial<RouteContract>;

export const clientsSuspend = (deps: ChangeDeps) =>
  route(
    {
      ...contract,
      name: "clients-suspend",
      operationId: "suspendOwnClient",
      path: "/clients/{id}/suspend",
      summary: "Have one of your clients get no new tokens",
      description:
        "Until you resume it: a secret that may have leaked, a program that runs wild. Tokens that are out live until they expire; name, secrets and consent are kept. It gets no new secret meanwhile.",
      body: z.strictObject({ reason: ownReason }).meta({ id: "SuspendOwnClientRequest" }),
      replies: { 204: { description: "Stopped", headers: ["ETag"] } },
    },
    async (call) => reply(await suspendClient(deps, { ...requestOf(call), ...call.body })),
  );

export const clientsResume = (deps: ChangeDeps) =>
  route(
    {
      ...contract,
      name: "clients-resume",
      operationId: "resumeOwnClient",
      path: "/clients/{id}/resume",
      summary: "Let one of your clients get tokens again",
      description:
        "With the secrets and the consent that it has. What the operators have stopped only they resume.",
      replies: { 204: { description: "Going on", headers: ["ETag"] } },
    },
    async (call) => reply(await resumeClient(deps, requestOf(call))),
  );

const requestOf = ({
  caller,
  by,
  id,
  ifMatch,
  idempotency,
}: Pick<
  Call<RouteContract & { access: "clients.write" }>,
  "caller" | "by" | "id" | "ifMatch" | "idempotency"
>) => ({
  ...{ subscription: caller.subscription, by, clientId: id, as: "customer" as const },
  ...(ifMatch !== undefined && { ifMatch }),
  ...(idempotency && { idempotency }),
});

const reply = (stopped: Awaited<ReturnType<typeof resumeClient>>) =>
  stopped.ok
    ? done({
        status: 204,
        revision: clientRevision(stopped.value),
        replayed: stopped.replayed,
      })
    : stopped;
