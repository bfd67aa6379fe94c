import * as z from "zod";
import { foldName, unfit } from "../../shared/clients/names/plain-name.ts";

/**
 * Names as the directory takes them and people can read them: folded to one way of writing, nothing unseen in them. `maxLength`
 * follows the audience.
 */
export const displayName = (maxLength: number) =>
  z
    .string({ error: "must be text" })
    .transform(foldName)
    .pipe(
      z
        .string()
        .min(1, { error: "must not be empty" })
        .check((context) => {
          const message = unfit(context.value);
          if (message) context.issues.push({ code: "custom", input: context.value, message });
        })
        // UTF-16 units, as the directory counts. JSON Schema's maxLength counts whole characters, so it is said, not held.
        .refine((name) => name.length <= maxLength, {
          error: `must have at most ${maxLength} characters`,
        }),
    )
    .meta({ minLength: 1, maxLength });

/** Longest name the directory takes for a secret. */
export const MAX_SECRET_NAME = 90;

const DEFAULT_PAGE = 20;
const MAX_PAGE = 100;

/** Query of every list. The cursor is opaque to callers; inside it is the id the next page starts after. */
export const Paging = z.strictObject({
  limit: z
    .string()
    .regex(/^[0-9]{1,3}$/, { error: `must be a whole number from 1 to ${MAX_PAGE}` })
    .transform(Number)
    .pipe(
      z
        .int()
        .min(1)
        .max(MAX_PAGE, { error: `must be at most ${MAX_PAGE}` }),
    )
    .optional()
    .transform((limit) => limit ?? DEFAULT_PAGE)
    .meta({ description: `Items per page, 1 to ${MAX_PAGE} (${DEFAULT_PAGE})` }),
  cursor: z
    .string()
    .max(200)
    .transform((cursor) => Buffer.from(cursor, "base64url").toString())
    .pipe(z.guid({ error: "must be the nextCursor of an earlier page" }))
    .optional()
    .meta({ description: "`nextCursor` of the page before" }),
});

export const toCursor = (id: string): string => Buffer.from(id).toString("base64url");
