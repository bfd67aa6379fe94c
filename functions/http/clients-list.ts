import type * as z from "zod";
import { done } from "../../shared/base/outcome.ts";
import { type ClientPage, listClients } from "../../shared/clients/list-clients.ts";
import type { Reply } from "../edge/reply.ts";
import { route } from "../edge/route.ts";
import { Paging, toCursor } from "./inputs.ts";
import { ClientListShape, showClient, type TokenAdvice } from "./shapes.ts";

type Deps = Parameters<typeof listClients>[0] & { readonly advice: TokenAdvice };

const contract = {
  method: "GET",
  query: Paging,
  replies: { 200: { description: "A page of clients", schema: ClientListShape } },
  problems: ["directory-throttled"],
} as const;

const SHORT_PAGES =
  "A page may be shorter than `limit`; only a missing `nextCursor` says that it is the last.";

export const clientsList = (deps: Deps) =>
  route(
    {
      ...contract,
      name: "clients-list",
      operationId: "listClients",
      path: "/clients",
      access: "clients.read",
      summary: "List the subscription's clients with their secrets and consent",
      description: `Every client of the caller's subscription, in a stable order, with names and secrets as the directory has them now. ${SHORT_PAGES}`,
    },
    ({ caller, query }) => page(deps, caller.subscription, query),
  );

export const adminSubscriptionsClients = (deps: Deps) =>
  route(
    {
      ...contract,
      name: "admin-subscriptions-clients",
      operationId: "listSubscriptionClients",
      path: "/admin/subscriptions/{subscription}/clients",
      access: "operator",
      summary: "List a customer's clients with their secrets and consent",
      description: `Every client of one subscription, as its customer sees them: never a secret's value. A subscription that nothing is known of has none. ${SHORT_PAGES}`,
    },
    ({ subscription, query }) => page(deps, subscription, query),
  );

async function page(deps: Deps, subscription: string, query: z.output<typeof Paging>) {
  const { items, next }: ClientPage = await listClients(deps, {
    subscription,
    limit: query.limit,
    ...(query.cursor && { after: query.cursor }),
  });
  return done<Reply>({
    status: 200,
    body: {
      items: items.map((client) => showClient(client, deps.advice)),
      ...(next && { nextCursor: toCursor(next) }),
    },
  });
}
