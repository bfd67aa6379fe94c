import * as z from "zod";
import type { WatchState } from "../../../shared/care/watching.ts";
import { type Shaped, shape } from "../../edge/shape.ts";

/** IANA names are shorter; the list grows. */
const MAX_ZONE = 64;

/** The name as the list of zones has it: no offset, which knows no summer time. */
function canonicalZone(name: string): string | undefined {
  if (/^[+-]/.test(name)) return undefined;
  try {
    return new Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions().timeZone;
  } catch {
    return undefined;
  }
}

const timeZone = z
  .string()
  .max(MAX_ZONE)
  .transform((name, context) => {
    const canonical = canonicalZone(name);
    if (canonical !== undefined) return canonical;
    context.addIssue("must be a time zone's IANA name, such as Europe/Berlin");
    return z.NEVER;
  })
  .meta({
    description: "In which times are told: an IANA name",
    minLength: 1,
    maxLength: MAX_ZONE,
    // Which names there are only the service knows.
    pattern: "^[A-Za-z][A-Za-z0-9_+/-]*$",
    examples: ["Europe/Berlin"],
  });

export const WatchRequestBody = z
  .strictObject({ timeZone: timeZone.optional() })
  .meta({ id: "WatchRequest" });

export const WatchShape = shape(() =>
  z
    .strictObject({
      watching: z.boolean().describe("Whether you are told by mail before a secret of it ends"),
      everyClient: z.boolean().describe("Whether you watch every client of your subscription"),
      email: z
        .string()
        .max(254)
        .optional()
        .describe("Where letters go, or would go; absent where you cannot be told by mail")
        .meta({ examples: ["ann@contoso.example"] }),
      timeZone: z
        .string()
        .max(MAX_ZONE)
        .optional()
        .describe("In which times are told; the company's own when you have not said yours")
        .meta({ examples: ["Europe/Berlin"] }),
      since: z.iso.datetime().optional().describe("Since when"),
    })
    .meta({ id: "Watch" }),
);

export const showWatch = ({
  watching,
  everyClient,
  email,
  timeZone: zone,
  since,
}: WatchState): Shaped<typeof WatchShape> => ({
  watching,
  everyClient,
  ...(email !== undefined && { email }),
  ...(zone !== undefined && { timeZone: zone }),
  ...(since && { since: since.toISOString() }),
});
