import * as z from "zod";

/** What can happen in a client's life; docs/events.md and `/api/events.json` say what each one carries. */
export const ClientEventType = z.enum([
  "client.created",
  "client.renamed",
  "client.deleted",
  "client.restored",
  "client.purged",
  "client.suspended",
  "client.resumed",
  "subscription.suspended",
  "subscription.resumed",
  "subscription.blocked",
  "subscription.unblocked",
  "subscription.offboarding",
  "subscription.offboarded",
  "subscription.offboard-cancelled",
  "secret.created",
  "secret.removed",
  "secret.renamed",
  "secret.rotated",
  "secret.rescheduled",
  "secret.retired",
  "secret.expiring",
  "secret.expired",
  "certificate.created",
  "certificate.removed",
  "certificate.renamed",
  "certificate.rotated",
  "certificate.rescheduled",
  "certificate.retired",
  "certificate.expiring",
  "certificate.expired",
  "federated-credential.created",
  "federated-credential.removed",
  "consent.requested",
  "consent.reminded",
  "consent.breached",
  "consent.escalated",
  "consent.granted",
  "consent.rejected",
  "consent.revoked",
  "consent.drifted",
  "operation.parked",
  "operation.retried",
  "operation.given-up",
  "webhook.disabled",
]);
export type ClientEventType = z.infer<typeof ClientEventType>;

const Struct = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]));

export const ClientEvent = z.object({
  /** Stable across retries: the same happening always has the same id. */
  id: z.string(),
  type: ClientEventType,
  time: z.iso.datetime(),
  /** Absent where it is about the whole subscription. */
  clientId: z.guid().optional(),
  subscription: z.string(),
  /** Ids, names and times; never a secret's value. */
  data: z.record(z.string(), z.union([z.string(), z.number(), Struct, z.array(Struct)])),
  /** Certainly for no customer's webhook; where it is left out, somebody has to look whether there is one. */
  noWebhook: z.boolean().optional(),
});
export type ClientEvent = z.infer<typeof ClientEvent>;

/** Application property `webhook` of what is for no customer's webhook: the subscription `webhooks` leaves it out. */
export const NO_WEBHOOK = "none";

/** Other systems follow a client's life by these. Throws `RemoteUnavailable`. */
export interface EventPublisher {
  publish(event: ClientEvent): Promise<void>;
  /** All of them in one transfer, or none: the few that one happening causes. */
  publishAll(events: readonly ClientEvent[]): Promise<void>;
}
