import { done } from "../../shared/base/outcome.ts";
import { endingsOf } from "../../shared/clients/credential.ts";
import type { CredentialRules } from "../../shared/clients/credential-rules.ts";
import { expectedClient } from "../../shared/clients/expected-client.ts";
import type { FederatedReads } from "../../shared/clients/federated/list-federated.ts";
import { getClient } from "../../shared/clients/get-client.ts";
import { route } from "../edge/route.ts";
import { CredentialListShape, showEnding, showTrust } from "./credential-shapes.ts";

export const credentialsList = (
  deps: Parameters<typeof getClient>[0] & FederatedReads & { readonly rules: CredentialRules },
) =>
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
      const { record } = found.value;
      // Where the directory takes none there is none, and nobody has to ask.
      const trusts = deps.rules.directory.includes("federated")
        ? await deps.directory.federatedOf(record.id, expectedClient(deps.records, record))
        : [];
      const endings = endingsOf(found.value).map(showEnding(record));
      return done({ status: 200, body: { items: [...endings, ...(trusts ?? []).map(showTrust)] } });
    },
  );
