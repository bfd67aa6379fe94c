import * as z from "zod";

/**
 * Queue `consent`, scheduled: it is time to look at a pending consent again, or at once at that of a client that has been
 * deleted. Message id: operation id and time of the look.
 */
export const ConsentLook = z.object({
  type: z.literal("consent.look"),
  version: z.literal(1),
  operationId: z.guid(),
  clientId: z.guid(),
  /** Deleted, and on which list it stood. Whoever does not know this member yet finds it deleted when looking. */
  gone: z
    .object({
      subscription: z.string().min(1),
      state: z.enum(["pending", "granted", "rejected", "revoked"]),
    })
    .optional(),
  /** How often the message has been put off because a service was away. */
  attempt: z.int().min(0).optional(),
});
export type ConsentLook = z.infer<typeof ConsentLook>;
