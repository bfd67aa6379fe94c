import * as z from "zod";
import { done } from "../../../shared/base/outcome.ts";
import { type ClientPage, listClients } from "../../../shared/clients/list-clients.ts";
import { listDeleted } from "../../../shared/clients/list-deleted.ts";
import type { Reply } from "../../edge/reply.ts";
import { route } from "../../edge/route.ts";
import type { Shaped } from "../../edge/shape.ts";
import { Paging, toCursor } from "../inputs.ts";
import { ClientListShape, showClient, showDeleted, type TokenAdvice } from "../shapes.ts";

const Query = Paging.extend({
  state: z
    .enum(["active", "deleted"])
    .optional()
    .meta({ description: "`deleted`: those that were deleted and can be restored (active)" }),
});

type Deps = Parameters<typeof listClients>[0] & { readonly advice: TokenAdvice };

const contract = {
  method: "GET",
  query: Query,
  replies: { 200: { description: "A page of clients", schema: ClientListShape } },
  problems: ["directory-throttled"],
} as const;

const PAGES =
  "A page may be shorter than `limit`; only a missing `nextCursor` says that it is the last. With `state=deleted`: those that can still be restored, without a look at the directory.";

export const clientsList = (deps: Deps) =>
  route(
    {
      ...contract,
      name: "clients-list",
      operationId: "listClients",
      path: "/clients",
      access: "clients.read",
      summary: "List the subscription's clients with their secrets and consent",
      description: `Every client of the caller's subscription, in a stable order, with names and secrets as the directory has them now. ${PAGES}`,
    },
    ({ caller, query }) => pageOf(deps, caller.subscription, query),
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
      description: `Every client of one subscription, as its customer sees them: never a secret's value. A subscription that nothing is known of has none. ${PAGES}`,
    },
    ({ subscription, query }) => pageOf(deps, subscription, query),
  );

async function pageOf(deps: Deps, subscription: string, query: z.output<typeof Query>) {
  const request = {
    subscription,
    limit: query.limit,
    ...(query.cursor && { after: query.cursor }),
  };
  if (query.state === "deleted") {
    const deleted = await listDeleted(deps, request);
    return answer(
      deleted.items.map((client) => showDeleted(client, deps.advice)),
      deleted.next,
    );
  }
  const page: ClientPage = await listClients(deps, request);
  return answer(
    page.items.map((client) => showClient(client, deps.advice)),
    page.next,
  );
}

const answer = (items: Shaped<typeof ClientListShape>["items"], next: string | undefined) =>
  done<Reply>({ status: 200, body: { items, ...(next && { nextCursor: toCursor(next) }) } });
