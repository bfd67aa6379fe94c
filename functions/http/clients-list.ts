import { done } from "../../shared/base/outcome.ts";
import { type ClientPage, listClients } from "../../shared/clients/list-clients.ts";
import { route } from "../edge/route.ts";
import { Paging, toCursor } from "./inputs.ts";
import { ClientListShape, showClient, type TokenAdvice } from "./shapes.ts";

export const clientsList = (
  deps: Parameters<typeof listClients>[0] & { readonly advice: TokenAdvice },
) =>
  route(
    {
      name: "clients-list",
      operationId: "listClients",
      method: "GET",
      path: "/clients",
      access: "clients.read",
      summary: "List the subscription's clients with their secrets and consent",
      description:
        "Every client of the caller's subscription, in a stable order, with names and secrets as the directory has them now. A page may be shorter than `limit`; only a missing `nextCursor` says that it is the last.",
      query: Paging,
      replies: { 200: { description: "A page of clients", schema: ClientListShape } },
      problems: ["directory-throttled"],
    },
    async ({ caller, query }) => {
      const page: ClientPage = await listClients(deps, {
        subscription: caller.subscription,
        limit: query.limit,
        ...(query.cursor && { after: query.cursor }),
      });
      return done({
        status: 200,
        body: {
          items: page.items.map((client) => showClient(client, deps.advice)),
          ...(page.next && { nextCursor: toCursor(page.next) }),
        },
      });
    },
  );
