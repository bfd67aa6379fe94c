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
    .meta({ minLength: 1, maxLength, pattern: ONE_LINE, examples: ["Nightly import"] });

/** Of these rules what a pattern can say in every language: no control characters or line breaks, and not only blanks. */
const UNSEEN = "\\u0000-\\u001f\\u007f-\\u009f\\u2028\\u2029";
const ONE_LINE = `^[^${UNSEEN}]*[^\\s${UNSEEN}][^${UNSEEN}]*$`;

const MAX_REASON = 500;

/** Why operators refuse or stop something. */
export const reason = displayName(MAX_REASON).describe("Why; shown to the customer");

/** Why customers stop a client of their own. */
export const ownReason = displayName(MAX_REASON).describe("Why; shown with the client");

export const StopRequestBody = z.strictObject({ reason }).meta({ id: "StopRequest" });

/** Longest name the directory takes for a secret. */
export const MAX_SECRET_NAME = 90;

/** @param most `SECRET_MAX_LIFETIME_DAYS`, which it is when left out */
export const lifetimeDays = (most: number) =>
  z
    .int({ error: "must be a whole number of days" })
    .min(1, { error: "must be at least 1" })
    .max(most, { error: `must be at most ${most}` })
    .meta({ examples: [90] })
    .optional()
    .describe(`Days until it expires; ${most} when left out`);

/** Characters of a cursor: 16 bytes in base64url. */
const CURSOR_LENGTH = 22;
const NEXT_CURSOR = "PwwcnksdTgqaU29dHwt8EQ";

const DEFAULT_PAGE = 20;
const MAX_PAGE = 100;

/**
 * A time as callers write it. Brought to UTC it keeps a year of four digits, or nothing that is written of it could be read again:
 * an offset leads out of the first year and out of the last.
 */
export const instantWithOffset = (error: string) =>
  z.iso.datetime({ offset: true, error }).refine(isOfFourDigits, { error });

/** What is no time at all has been refused as that. */
function isOfFourDigits(time: string): boolean {
  const at = new Date(time);
  return Number.isNaN(at.getTime()) || /^\d{4}-/.test(at.toISOString());
}

/** Query `limit`: how many of a list's items a page has. */
export const pageLimit = (
  what: string,
  { usual, most }: { readonly usual: number; readonly most: number },
) =>
  z
    .string()
    .regex(/^[0-9]{1,4}$/, { error: `must be a whole number from 1 to ${most}` })
    .transform(Number)
    .pipe(
      z
        .int()
        .min(1)
        .max(most, { error: `must be at most ${most}` }),
    )
    .optional()
    .transform((limit) => limit ?? usual)
    .meta({
      description: `${what} per page, 1 to ${most} (${usual})`,
      parameter: { type: "integer", minimum: 1, maximum: most, default: usual },
    });

/** Query of every list. The cursor is opaque to callers; inside it is the id the next page starts after. */
export const Paging = z.strictObject({
  limit: pageLimit("Items", { usual: DEFAULT_PAGE, most: MAX_PAGE }),
  cursor: z
    .string()
    .max(200)
    .transform(fromCursor)
    .pipe(z.guid({ error: "must be the nextCursor of an earlier page" }))
    .optional()
    .meta({
      description: "`nextCursor` of the page before",
      parameter: {
        type: "string",
        minLength: CURSOR_LENGTH,
        maxLength: CURSOR_LENGTH,
        pattern: "^[\\w-]{21}[AQgw]$",
        examples: [NEXT_CURSOR],
      },
    }),
});

/** The bytes of the id: whatever has this form is a cursor, so that the document can say all there is to it. */
export const toCursor = (id: string): string =>
  Buffer.from(id.replaceAll("-", ""), "hex").toString("base64url");

function fromCursor(cursor: string): string {
  const bytes = Buffer.from(cursor, "base64url");
  // Pages that were begun before held the id as text.
  if (cursor.length !== CURSOR_LENGTH) return bytes.toString();
  return bytes.toString("hex").replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}
