import * as z from "zod";
import type { Activity } from "../../../shared/clients/activity.ts";
import type { ActivityPage } from "../../../shared/operations/activity/list-activity.ts";
import type { Reply } from "../../edge/reply.ts";
import type { Shaped } from "../../edge/shape.ts";
import { pageLimit } from "../inputs.ts";
import { type ActivityShape, MAX_PAGE } from "./activity-shape.ts";

const DEFAULT_PAGE = 100;
/** An inverted time, and the id of an entry behind which the page begins. */
const PLACE = "^[0-9]{13}(:[A-Za-z0-9.:-]{1,150})?$";

export const ActivityPaging = z.strictObject({
  limit: pageLimit("Entries", { usual: DEFAULT_PAGE, most: MAX_PAGE }),
  cursor: z
    .string()
    .regex(new RegExp(PLACE), { error: "must be the nextCursor of an earlier page" })
    .optional()
    .meta({
      description: "`nextCursor` of the page before",
      parameter: { type: "string", maxLength: 164, pattern: PLACE, examples: ["8211234567890"] },
    }),
});

type Shown = Shaped<typeof ActivityShape>;

/** @param toCustomer who of the company's people it was is none of a customer's business */
export function showActivity(entry: Activity, toCustomer = false): Shown {
  const { at, by, ...rest } = entry;
  const actor = toCustomer && by.actor.kind === "operator" ? { kind: by.actor.kind } : by.actor;
  return {
    id: rest.id,
    at: at.toISOString(),
    actor,
    action: rest.action,
    subscription: rest.subscription,
    ...(rest.clientId !== undefined && { clientId: rest.clientId }),
    ...(rest.credentialId !== undefined && { credentialId: rest.credentialId }),
    ...(by.requestId !== undefined && { requestId: by.requestId }),
    outcome: rest.outcome,
    ...(rest.detail && { detail: { ...rest.detail } }),
  };
}

/**
 * A page as JSON, or as NDJSON with the address of the next page in `Link`: a page is all that is ever held, so an export of
 * any size is read page by page.
 *
 * @param options.address of this page with its query, but for the cursor
 */
export function activityReply(
  page: ActivityPage,
  options: { readonly asLines: boolean; readonly address: string; readonly toCustomer?: boolean },
): Reply {
  const { asLines, address, toCustomer } = options;
  const items = page.items.map((entry) => showActivity(entry, toCustomer));
  const { next: cursor } = page;
  if (!asLines) return { status: 200, body: { items, ...(cursor && { nextCursor: cursor }) } };
  const next = cursor && `<${address}&cursor=${encodeURIComponent(cursor)}>; rel="next"`;
  return {
    status: 200,
    headers: { "content-type": "application/x-ndjson", ...(next && { link: next }) },
    text: items.map((item) => `${JSON.stringify(item)}\n`).join(""),
  };
}
