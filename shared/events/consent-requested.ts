import * as z from "zod";

/**
 * Queue `consent`: a new client waits for an administrator. Sent by the create, consumed by the consent clock.
 * Message id: the operation id.
 */
export const ConsentRequested = z.object({
  type: z.literal("consent.requested"),
  version: z.literal(1),
  operationId: z.guid(),
  clientId: z.guid(),
  subscription: z.string().min(1),
  /** Who asked, as administrators may know them. */
  requestedBy: z.string(),
  /** How often the message has been put off because a service was away. */
  attempt: z.int().min(0).optional(),
});
export type ConsentRequested = z.infer<typeof ConsentRequested>;
