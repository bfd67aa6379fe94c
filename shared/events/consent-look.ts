import * as z from "zod";

/** Queue `consent`, scheduled: it is time to look at a pending consent again. Message id: operation id and time of the look. */
export const ConsentLook = z.object({
  type: z.literal("consent.look"),
  version: z.literal(1),
  operationId: z.guid(),
  clientId: z.guid(),
  /** How often the message has been put off because a service was away. */
  attempt: z.int().min(0).optional(),
});
export type ConsentLook = z.infer<typeof ConsentLook>;
