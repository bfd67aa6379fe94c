import { done } from "../../shared/base/outcome.ts";
import type { ChangeDeps } from "../../shared/operations/change.ts";
import { removeSecret } from "../../shared/operations/remove-secret.ts";
import { route } from "../edge/route.ts";

export const secretsRemove = (deps: ChangeDeps) =>
  route(
    {
      name: "secrets-remove",
      operationId: "removeSecret",
      method: "DELETE",
      path: "/clients/{id}/secrets/{keyId}",
      access: "clients.write",
      summary: "Remove a secret; tokens it has already bought live until they expire",
      description:
        "Removes one secret from the client, which cannot be undone. The client's other secrets go on working.",
      replies: { 204: { description: "Removed" } },
      problems: [
        "not-found",
        "secret-not-found",
        "client-busy",
        "rate-limited",
        "share-used-up",
        "directory-throttled",
      ],
    },
    async ({ caller, by, id, keyId }) => {
      const removed = await removeSecret(deps, {
        subscription: caller.subscription,
        by,
        clientId: id,
        keyId,
      });
      return removed.ok ? done({ status: 204 }) : removed;
    },
  );
