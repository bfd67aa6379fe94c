import { done } from "../../../shared/base/outcome.ts";
import { getClient } from "../../../shared/clients/get-client.ts";
import { route } from "../../edge/route.ts";
import { SecretListShape, showSecret } from "../shapes.ts";

export const secretsList = (deps: Parameters<typeof getClient>[0]) =>
  route(
    {
      name: "secrets-list",
      operationId: "listSecrets",
      method: "GET",
      path: "/clients/{id}/secrets",
      access: "clients.read",
      summary: "List a client's secrets, live from the directory",
      description: "All of them, as they are on the client itself; never their values.",
      replies: { 200: { description: "The client's secrets", schema: SecretListShape } },
      problems: ["not-found", "directory-throttled"],
    },
    async ({ caller, id }) => {
      const found = await getClient(deps, { subscription: caller.subscription, clientId: id });
      if (!found.ok) return found;
      return done({
        status: 200,
        body: { items: found.value.secrets.map(showSecret(found.value.record)) },
      });
    },
  );
