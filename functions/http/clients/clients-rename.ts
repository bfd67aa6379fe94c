import * as z from "zod";
import { done } from "../../../shared/base/outcome.ts";
import {
  clientRevision,
  maxNameLength,
  type SignInAudience,
} from "../../../shared/clients/client.ts";
import type { ChangeDeps } from "../../../shared/operations/admission/change.ts";
import { renameClient } from "../../../shared/operations/clients/rename-client.ts";
import { route } from "../../edge/route.ts";
import { displayName } from "../inputs.ts";

export const clientsRename = (deps: ChangeDeps & { readonly signInAudience: SignInAudience }) =>
  route(
    {
      name: "clients-rename",
      operationId: "renameClient",
      method: "PATCH",
      path: "/clients/{id}",
      access: "clients.write",
      summary: "Rename a client",
      description:
        "Sets another name. With `If-Match`, only if the client itself has not changed since it was read; secrets added or removed meanwhile do not count. The name it has already changes nothing.",
      accepts: ["If-Match"],
      body: z
        .strictObject({ displayName: displayName(maxNameLength(deps.signInAudience)) })
        .meta({ id: "RenameClientRequest" }),
      replies: { 204: { description: "Renamed", headers: ["ETag"] } },
      problems: [
        "not-found",
        "client-busy",
        "precondition-failed",
        "name-not-allowed",
        "rate-limited",
        "share-used-up",
        "directory-throttled",
      ],
    },
    async ({ caller, by, id, body, ifMatch }) => {
      const renamed = await renameClient(deps, {
        subscription: caller.subscription,
        by,
        clientId: id,
        displayName: body.displayName,
        ...(ifMatch !== undefined && { ifMatch }),
      });
      if (!renamed.ok) return renamed;
      return done({ status: 204, revision: clientRevision(renamed.value) });
    },
  );
