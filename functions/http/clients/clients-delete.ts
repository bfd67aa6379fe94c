import { done } from "../../../shared/base/outcome.ts";
import { type DeleteDeps, deleteClient } from "../../../shared/operations/clients/delete-client.ts";
import { route } from "../../edge/route.ts";

export const clientsDelete = (deps: DeleteDeps) =>
  route(
    {
      name: "clients-delete",
      operationId: "deleteClient",
      method: "DELETE",
      path: "/clients/{id}",
      access: "clients.write",
      summary: "Delete a client; the directory keeps it for 30 days",
      description:
        "Deletes the client: its secrets stop working. With `If-Match`, only if the client itself has not changed since it was read. Tokens that are out live until they expire.",
      accepts: ["If-Match"],
      replies: { 204: { description: "Deleted" } },
      problems: [
        "not-found",
        "client-busy",
        "precondition-failed",
        "rate-limited",
        "share-used-up",
        "directory-throttled",
      ],
    },
    async ({ caller, by, id, ifMatch }) => {
      const deleted = await deleteClient(deps, {
        subscription: caller.subscription,
        by,
        clientId: id,
        ...(ifMatch !== undefined && { ifMatch }),
      });
      return deleted.ok ? done({ status: 204 }) : deleted;
    },
  );
