import { done, refused } from "../../../shared/base/outcome.ts";
import { getClient } from "../../../shared/clients/get-client.ts";
import { route } from "../../edge/route.ts";
import { SecretShape, showSecret } from "../shapes.ts";

export const secretsGet = (deps: Parameters<typeof getClient>[0]) =>
  route(
    {
      name: "secrets-get",
      operationId: "getSecret",
      method: "GET",
      path: "/clients/{id}/secrets/{keyId}",
      access: "clients.read",
      summary: "Read one secret, live from the directory",
      description: "Its name, its hint and when it expires; never its value.",
      replies: { 200: { description: "The secret", schema: SecretShape } },
      problems: ["not-found", "secret-not-found", "directory-throttled"],
    },
    async ({ caller, id, keyId }) => {
      const found = await getClient(deps, { subscription: caller.subscription, clientId: id });
      if (!found.ok) return found;
      const secret = found.value.secrets.find((it) => it.keyId.toLowerCase() === keyId);
      if (!secret) return refused({ reason: "secret-not-found" as const });
      return done({ status: 200, body: showSecret(found.value.record)(secret) });
    },
  );
