import * as z from "zod";
import { done } from "../../shared/base/outcome.ts";
import { type ClientPage, listClients } from "../../shared/clients/list-clients.ts";
import { listDeleted } from "../../shared/clients/list-deleted.ts";
import { route } from "../edge/route.ts";
import { Paging, toCursor } from "./inputs.ts";
import { ClientListShape, showClient, showDeleted, type TokenAdvice } from "./shapes.ts";

const Query = Paging.extend({
  state: z
    .enum(["active", "deleted"])
    .optional()
    .meta({ description: "`deleted`: those that were deleted and can be restored (active)" }),
});

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
        "Every client of the caller's subscription, in a stable order, with names and secrets as the directory has them now. A page may be shorter than `limit`; only a missing `nextCursor` says that it is the last. With `state=deleted`: those that can still be restored, without a look at the directory.",
      query: Query,
      replies: { 200: { description: "A page of clients", schema: ClientListShape } },
      problems: ["directory-throttled"],
    },
    async ({ caller, query }) => {
      const request = {
        subscription: caller.subscription,
        limit: query.limit,
        ...(query.cursor && { after: query.cursor }),
      };
      if (query.state === "deleted") {
        const deleted = await listDeleted(deps, request);
        const items = deleted.items.map((client) => showDeleted(client, deps.advice));
        const nextCursor = deleted.next && toCursor(deleted.next);
        return done({ status: 200, body: { items, ...(nextCursor && { nextCursor }) } });
      }
      const page: ClientPage = await listClients(deps, request);
      return done({
        status: 200,
        body: {
          items: page.items.map((client) => showClient(client, deps.advice)),
          ...(page.next && { nextCursor: toCursor(page.next) }),
        },
      });
    },
  );
