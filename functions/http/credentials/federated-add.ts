import { done } from "../../../shared/base/outcome.ts";
import { addFederated } from "../../../shared/operations/credentials/add-federated.ts";
import type { MakeDeps } from "../../../shared/operations/credentials/new-secret.ts";
import { route } from "../../edge/route.ts";
import { AddFederatedBody } from "./federated-inputs.ts";
import { FederatedCredentialShape, showFederated } from "./federated-shapes.ts";

export const federatedAdd = (deps: MakeDeps) =>
  route(
    {
      name: "federated-add",
      operationId: "addFederatedCredential",
      method: "POST",
      path: "/clients/{id}/federated-credentials",
      access: "clients.write",
      summary: "Trust tokens of another issuer as this client's",
      description:
        "From then on the token endpoint takes a token of that issuer, subject and audience as the client's proof (`client_assertion`): there is no secret to keep, and nothing that ends. Issuer and subject are given as they are, or a preset makes them of what people know. It may take some minutes until every part of the directory knows it.",
      accepts: ["Idempotency-Key"],
      body: AddFederatedBody,
      replies: { 201: { description: "The credential", schema: FederatedCredentialShape } },
      problems: [
        "not-found",
        "client-suspended",
        "client-busy",
        "request-in-progress",
        "idempotency-key-reused",
        "credential-kind-not-allowed",
        "federated-exists",
        "federated-limit-reached",
        "federated-not-found",
        "federated-not-allowed",
        "rate-limited",
        "share-used-up",
        "directory-throttled",
      ],
    },
    async ({ caller, by, id, body, idempotency }) => {
      const added = await addFederated(deps, {
        ...{ subscription: caller.subscription, by, clientId: id, credential: body },
        ...(idempotency && { idempotency }),
      });
      if (!added.ok) return added;
      return done({ status: 201, replayed: added.replayed, body: showFederated(added.value) });
    },
  );
