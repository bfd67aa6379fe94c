import { done } from "../../shared/base/outcome.ts";
import type { ChangeDeps } from "../../shared/operations/change.ts";
import { removeSecret } from "../../shared/operations/remove-secret.ts";
import { route } from "../edge/route.ts";
import { EvenLast } from "./even-last.ts";

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
        "Removes one secret from the client, which cannot be undone. The client's other secrets go on working. The last one that works, of a client whose consent is granted, is removed only with `?confirm=last`.",
      query: EvenLast,
      replies: { 204: { description: "Removed" } },
      problems: [
        "not-found",
        "secret-not-found",
        "client-busy",
        "last-secret",
        "rate-limited",
        "share-used-up",
        "directory-throttled",
      ],
    },
    async ({ caller, by, id, keyId, query }) => {
      const removed = await removeSecret(deps, {
        subscription: caller.subscription,
        by,
        clientId: id,
        keyId,
        evenLast: query.confirm === "last",
      });
      return removed.ok ? done({ status: 204 }) : removed;
    },
  );
