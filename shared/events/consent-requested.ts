import * as z from "zod";

/** How often the message has been put off because a service was away. */
const attempt = z.int().min(0).optional();

/** As it was sent after the client had been made. Still read: messages wait in the queue while a new version is deployed. */
export const ConsentRequestedV1 = z.object({
  type: z.literal("consent.requested"),
  version: z.literal(1),
  operationId: z.guid(),
  clientId: z.guid(),
  subscription: z.string().min(1),
  /** Who asked, as administrators may know them. */
  requestedBy: z.string(),
  attempt,
});

/** Scheduled before the client is made, so that it has no client's id: what came of the operation is looked up. */
export const ConsentRequestedV2 = z.object({
  type: z.literal("consent.requested"),
  version: z.literal(2),
  operationId: z.guid(),
  /** Of a restore, whose client is known; absent in messages of older versions. */
  clientId: z.guid().optional(),
  subscription: z.string().min(1),
  requestedAt: z.iso.datetime(),
  attempt,
});
export type ConsentRequestedV2 = z.infer<typeof ConsentRequestedV2>;

/**
 * Queue `consent`: a new client waits for an administrator. Sent by the create, consumed by the consent clock.
 * Message id: the operation id.
 */
export const ConsentRequested = z.discriminatedUnion("version", [
  ConsentRequestedV1,
  ConsentRequestedV2,
]);
export type ConsentRequested = z.infer<typeof ConsentRequested>;
