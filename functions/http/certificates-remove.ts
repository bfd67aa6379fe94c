import { done } from "../../shared/base/outcome.ts";
import type { ChangeDeps } from "../../shared/operations/change.ts";
import { removeSecret } from "../../shared/operations/remove-secret.ts";
import { route } from "../edge/route.ts";
import { EvenLast } from "./even-last.ts";

export const certificatesRemove = (deps: ChangeDeps) =>
  route(
    {
      name: "certificates-remove",
      operationId: "removeCertificate",
      method: "DELETE",
      path: "/clients/{id}/certificates/{keyId}",
      access: "clients.write",
      summary: "Remove a certificate; tokens it has already bought live until they expire",
      description:
        "Removes one certificate from the client. Its other credentials go on working. The last one that works, of a client whose consent is granted, is removed only with `?confirm=last`.",
      query: EvenLast,
      replies: { 204: { description: "Removed" } },
      problems: [
        "not-found",
        "certificate-not-found",
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
        of: "certificate",
        evenLast: query.confirm === "last",
      });
      return removed.ok ? done({ status: 204 }) : removed;
    },
  );
