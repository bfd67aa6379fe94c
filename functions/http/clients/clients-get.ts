import { done } from "../../../shared/base/outcome.ts";
import { clientRevision } from "../../../shared/clients/client.ts";
import { getClient } from "../../../shared/clients/get-client.ts";
import { route } from "../../edge/route.ts";
import { ClientShape, showClient, type TokenAdvice } from "../shapes.ts";

export const clientsGet = (
  deps: Parameters<typeof getClient>[0] & { readonly advice: TokenAdvice },
) =>
  route(
    {
      name: "clients-get",
      operationId: "getClient",
      method: "GET",
      path: "/clients/{id}",
      access: "clients.read",
      summary: "Read one client, live from the directory",
      description:
        "The client with its secrets (never their values) and the state of its consent. The `ETag` covers all that is shown.",
      replies: { 200: { description: "The client", schema: ClientShape, headers: ["ETag"] } },
      problems: ["not-found", "directory-throttled"],
    },
    async ({ caller, id }) => {
      const found = await getClient(deps, { subscription: caller.subscription, clientId: id });
      if (!found.ok) return found;
      return done({
        status: 200,
        revision: clientRevision(found.value.record),
        body: showClient(found.value, deps.advice),
      });
    },
  );
