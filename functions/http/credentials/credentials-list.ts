import { done } from "../../../shared/base/outcome.ts";
import { type TrustReads, trustsOf } from "../../../shared/clients/federated/trusts-of.ts";
import { getClient } from "../../../shared/clients/get-client.ts";
import { route } from "../../edge/route.ts";
import { CredentialListShape, showCredentials } from "./credential-shapes.ts";

export const credentialsList = (deps: Parameters<typeof getClient>[0] & TrustReads) =>
  route(
    {
      name: "credentials-list",
      operationId: "listCredentials",
      method: "GET",
      path: "/clients/{id}/credentials",
      access: "clients.read",
      summary: "List a client's credentials of every kind, live from the directory",
      description: "One shape for all of them; what only its kind has is at the route of the kind.",
      replies: { 200: { description: "The client's credentials", schema: CredentialListShape } },
      problems: ["not-found", "directory-throttled"],
    },
    async ({ caller, id }) => {
      const found = await getClient(deps, { subscription: caller.subscription, clientId: id });
      if (!found.ok) return found;
      const trusts = await trustsOf(deps, found.value.record);
      return done({ status: 200, body: { items: showCredentials(found.value, trusts) } });
    },
  );
