import * as z from "zod";
import { done } from "../../../shared/base/outcome.ts";
import type { ConsentDeps } from "../../../shared/consent/consent-deps.ts";
import { COUNTED, countConsents } from "../../../shared/consent/decisions/count-consents.ts";
import { type ConsentPage, listConsents } from "../../../shared/consent/decisions/list-consents.ts";
import { route } from "../../edge/route.ts";
import { Paging } from "../inputs.ts";
import { type ConsentAdvice, ConsentItemListShape, showCase } from "./admin-shapes.ts";

/** The due time and the client id of the last consent of the page: whatever has this form is a cursor. */
const CURSOR = "^([0-9]{1,15})[.]([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$";

const Query = z.strictObject({
  state: z
    .enum(["pending", "granted", "rejected", "revoked"])
    .optional()
    .transform((state) => state ?? "pending")
    .meta({ description: "Which consents (pending)" }),
  overdue: z
    .enum(["true", "false"])
    .optional()
    .transform((overdue) => (overdue === undefined ? undefined : overdue === "true"))
    .meta({
      description: "Of the pending ones: only those past their due time, or only the others",
      parameter: { type: "boolean" },
    }),
  text: z.string().trim().min(1, { error: "must not be empty" }).max(200).optional().meta({
    description:
      "Part of a name or an id: of the client, its customer, or who asked. One request looks at so many; go on with nextCursor",
  }),
  counts: z
    .enum(["true", "false"])
    .optional()
    .transform((counts) => counts === "true")
    .meta({
      description: "Whether to count the consents of each state, too (false)",
      parameter: { type: "boolean" },
    }),
  drifted: z
    .literal("true")
    .optional()
    .meta({
      description: "Only those with more than they asked for, of whatever state",
      parameter: { type: "boolean", const: true },
    }),
  limit: Paging.shape.limit,
  cursor: z
    .string()
    .regex(new RegExp(CURSOR), { error: "must be the nextCursor of an earlier page" })
    .transform((cursor) => {
      const [dueMs = "", clientId = ""] = cursor.split(".");
      return { dueMs: Number(dueMs), clientId };
    })
    .optional()
    .meta({
      description: "`nextCursor` of the page before",
      parameter: {
        type: "string",
        maxLength: 52,
        pattern: CURSOR,
        examples: ["1772452800000.3f0c2772-4b1d-4e06-aa53-6f5d1d0b7c11"],
      },
    }),
});

const toCursor = ({ dueMs, clientId }: NonNullable<ConsentPage["next"]>): string =>
  `${dueMs}.${clientId}`;

export const adminConsentsList = (
  deps: Pick<ConsentDeps, "cases" | "records" | "runtime"> & ConsentAdvice,
) =>
  route(
    {
      name: "admin-consents-list",
      operationId: "listConsents",
      method: "GET",
      path: "/admin/consents",
      access: "operator",
      summary: "List consents with their clocks; pending ones in the order of their due times",
      description:
        "The queue of consents for operators. Pending ones come in the order in which they are due.",
      query: Query,
      replies: { 200: { description: "A page of consents", schema: ConsentItemListShape } },
      problems: [],
    },
    async ({ query }) => {
      const { state, overdue, text, limit, cursor } = query;
      const page = await listConsents(deps, {
        state,
        limit,
        ...(overdue !== undefined && { overdue }),
        ...(query.drifted && { drifted: true }),
        ...(text !== undefined && { text }),
        ...(cursor && { after: cursor }),
      });
      // After the list, which takes rows of clients that have gone off it.
      const counts = query.counts ? await countConsents(deps) : undefined;
      return done({
        status: 200,
        body: {
          items: page.items.map((item) => showCase(item, deps)),
          ...(page.next && { nextCursor: toCursor(page.next) }),
          ...(counts && { counts: { ...counts, upTo: COUNTED } }),
        },
      });
    },
  );
