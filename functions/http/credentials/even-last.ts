import * as z from "zod";

/** Query of what takes a credential away. */
export const EvenLast = z.strictObject({
  confirm: z
    .literal("last", { error: "must be last" })
    .optional()
    .describe("`last`: also where the client gets no more tokens then"),
});
export type EvenLastQuery = z.infer<typeof EvenLast>;

/** What a removal can be refused for, besides that there is no such credential. */
export const REMOVAL_PROBLEMS = [
  "not-found",
  "client-busy",
  "last-secret",
  "rate-limited",
  "share-used-up",
  "directory-throttled",
] as const;
