import * as z from "zod";

/** Query of what takes a credential away. */
export const EvenLast = z.strictObject({
  confirm: z
    .literal("last", { error: "must be last" })
    .optional()
    .describe("`last`: also where the client gets no more tokens then"),
});
