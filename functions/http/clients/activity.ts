import * as z from "zod";
import { done } from "../../../shared/base/outcome.ts";
import {
  type FindActivityDeps,
  findActivity,
} from "../../../shared/operations/activity/find-activity.ts";
import { clientActivity } from "../../../shared/operations/activity/list-activity.ts";
import { route } from "../../edge/route.ts";
import { instantWithOffset } from "../inputs.ts";
import { ActivityListShape } from "./activity-shape.ts";
import { ActivityPaging, activityReply } from "./activity-shapes.ts";

const AS_LINES =
  "With `Accept: application/x-ndjson` it is one entry a line, and `Link` leads to the next page.";

/** Who did what: for customers of one client, for operators of everything. */

export const clientsActivity = (deps: Parameters<typeof clientActivity>[0]) =>
  route(
    {
      name: "clients-activity",
      operationId: "listClientActivity",
      method: "GET",
      path: "/clients/{id}/activity",
      access: "clients.read",
      summary: "Who did what to a client, newest first",
      description: `Every change of the client that was admitted, whatever came of it, with who asked for it. A deleted client's entries stay for as long as entries are kept. ${AS_LINES}`,
      query: ActivityPaging,
      replies: {
        200: { description: "A page of entries", schema: ActivityListShape, asLines: "Activity" },
      },
      problems: ["not-found"],
    },
    async ({ caller, id, query, asLines }) => {
      const { limit, cursor: after } = query;
      const { subscription } = caller;
      const page = await clientActivity(deps, { subscription, clientId: id, limit, after });
      if (!page.ok) return page;
      const address = `/api/clients/${id}/activity?limit=${limit}`;
      return done(activityReply(page.value, { asLines, address, toCustomer: true }));
    },
  );

const Query = z.strictObject({
  ...ActivityPaging.shape,
  subscription: z.string().min(1).max(128).optional().meta({ description: "Of this one only" }),
  actor: z
    .string()
    .min(1)
    .max(255)
    .optional()
    .meta({ description: "By this subject, or this kind of actor" }),
  action: z
    .string()
    .regex(/^[a-z.-]{1,50}$/, { error: "must be an action, such as secret.created" })
    .optional()
    .meta({ description: "This action, or all about one thing (`secret`)" }),
  since: instantWithOffset("must be a time as in RFC 3339")
    .transform((since) => new Date(since))
    .optional()
    .meta({
      description: "None that is older",
      parameter: { type: "string", format: "date-time", maxLength: 40 },
    }),
});

export const adminActivityList = (deps: FindActivityDeps) =>
  route(
    {
      name: "admin-activity-list",
      operationId: "listActivity",
      method: "GET",
      path: "/admin/activity",
      access: "operator",
      summary: "Who did what, newest first, of one subscription or of all",
      description: `Every change that was admitted, whatever came of it, decisions on consents and what operators did with operations included. A page may be shorter than \`limit\`; only a missing \`nextCursor\` says that it is the last. ${AS_LINES}`,
      query: Query,
      replies: {
        200: { description: "A page of entries", schema: ActivityListShape, asLines: "Activity" },
      },
      problems: [],
    },
    async ({ query, asLines }) => {
      const { cursor: after, ...asked } = query;
      const page = await findActivity(deps, { ...asked, after });
      const { since, limit, ...texts } = asked;
      const repeated = new URLSearchParams({ limit: String(limit) });
      for (const [name, text] of Object.entries(texts)) if (text) repeated.set(name, text);
      if (since) repeated.set("since", since.toISOString());
      return done(activityReply(page, { asLines, address: `/api/admin/activity?${repeated}` }));
    },
  );
