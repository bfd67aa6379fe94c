import { done } from "../../../shared/base/outcome.ts";
import type { ChangeDeps } from "../../../shared/operations/admission/change.ts";
import { removeFederated } from "../../../shared/operations/credentials/remove-federated.ts";
import { route } from "../../edge/route.ts";
import { EvenLast, REMOVAL_PROBLEMS } from "./even-last.ts";

export const federatedRemove = (deps: ChangeDeps) =>
  route(
    {
      name: "federated-remove",
      operationId: "removeFederatedCredential",
      method: "DELETE",
      path: "/clients/{id}/federated-credentials/{credentialId}",
      access: "clients.write",
      summary: "Trust that issuer's tokens no more",
      description:
        "The directory takes no more tokens of it; those that the client has bought with one live until they expire. The last credential that works, of a client whose consent is granted, is removed only with `?confirm=last`.",
      query: EvenLast,
      replies: { 204: { description: "Removed" } },
      problems: [...REMOVAL_PROBLEMS, "federated-not-found"],
    },
    async ({ caller, by, id, credentialId, query }) => {
      const removed = await removeFederated(deps, {
        ...{ subscription: caller.subscription, by, clientId: id, credentialId },
        evenLast: query.confirm === "last",
      });
      return removed.ok ? done({ status: 204 }) : removed;
    },
  );
