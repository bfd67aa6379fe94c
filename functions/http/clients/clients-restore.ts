import { done, type Outcome } from "../../../shared/base/outcome.ts";
import { clientRevision } from "../../../shared/clients/client.ts";
import { getClient } from "../../../shared/clients/get-client.ts";
import { restoreClient } from "../../../shared/operations/clients/restore-client.ts";
import type { RestoreDeps } from "../../../shared/operations/clients/restored.ts";
import type { Refusal } from "../../edge/refusal.ts";
import type { Reply } from "../../edge/reply.ts";
import { route } from "../../edge/route.ts";
import { ClientShape, showClient, type TokenAdvice } from "../shapes.ts";

/** Customers bring back what they have deleted. */
export const clientsRestore = (deps: RestoreDeps & { readonly advice: TokenAdvice }) =>
  route(
    {
      name: "clients-restore",
      operationId: "restoreOwnClient",
      method: "POST",
      path: "/clients/{id}/restore",
      access: "clients.write",
      summary: "Bring a deleted client back, within 30 days",
      description:
        "With its ids, its name and its secrets. It counts as a client again. What an administrator had granted the directory does not bring back: the consent is asked for anew, and found if it is there.",
      accepts: ["Idempotency-Key"],
      replies: {
        200: {
          description: "The client, as it is from now on",
          schema: ClientShape,
          headers: ["ETag"],
        },
      },
      problems: [
        "not-found",
        "client-gone",
        "client-busy",
        "client-limit-reached",
        "subscription-blocked",
        "rate-limited",
        "share-used-up",
        "request-in-progress",
        "idempotency-key-reused",
        "name-not-allowed",
        "forbidden-by-policy",
        "directory-full",
        "directory-throttled",
      ],
    },
    async ({ caller, by, id, idempotency }): Promise<Outcome<Reply, Refusal>> => {
      const { subscription } = caller;
      const request = { subscription, clientId: id, by, as: "customer" as const, idempotency };
      const restored = await restoreClient(deps, request);
      if (!restored.ok) return restored;
      const { record, shown } = restored.value;
      const client = shown
        ? done({
            record,
            displayName: shown.displayName,
            secrets: shown.secrets,
            certificates: shown.certificates,
          })
        : await getClient(deps, { subscription, clientId: id });
      if (!client.ok) return client;
      return done({
        status: 200,
        revision: clientRevision(client.value.record),
        replayed: restored.replayed,
        body: showClient(client.value, deps.advice),
      });
    },
  );
