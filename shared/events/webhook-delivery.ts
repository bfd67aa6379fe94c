import * as z from "zod";

/** An event as a customer's own webhook is told of it: the parts of a CloudEvent that it needs, of any version. */
export const ToldEvent = z.object({
  id: z.string().min(1),
  type: z.string().min(1),
  time: z.iso.datetime(),
  subscription: z.string().min(1),
  /** Ids, names and times; never a secret's value. */
  data: z.record(z.string(), z.unknown()),
});
export type ToldEvent = z.infer<typeof ToldEvent>;

/**
 * Queue `webhooks`, scheduled: an event that a webhook did not take, or could not be sent yet. Message id: event, webhook and how
 * often it was tried and put off, so that whoever schedules the same try again schedules nothing.
 */
export const WebhookDelivery = z.object({
  type: z.literal("webhook.delivery"),
  version: z.literal(1),
  event: ToldEvent,
  /** The webhook it is for; absent as long as nobody has looked whether there is one. */
  webhookId: z.guid().optional(),
  /** The try that this is for, 1 being the first. */
  attempt: z.int().min(1),
  /** How often this try has been put off. */
  putOff: z.int().min(0),
  /** When its event came here first, which may be long after it happened; unknown of what was scheduled before this was noted. */
  cameAt: z.iso.datetime().optional(),
});
export type WebhookDelivery = z.infer<typeof WebhookDelivery>;
