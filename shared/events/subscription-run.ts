import * as z from "zod";

/** What operators do to a whole subscription. */
export const RunKind = z.enum([
  "suspend-subscription",
  "resume-subscription",
  "block-subscription",
  "unblock-subscription",
  "offboard-subscription",
  "cancel-offboard",
]);
export type RunKind = z.infer<typeof RunKind>;

/**
 * Queue `operations`, scheduled: the next step of an operation on a whole subscription. Each step schedules the one after it
 * before it does anything; message id: operation id and step, so that two hosts that take the same step have one after it.
 */
export const SubscriptionRun = z.object({
  type: z.literal("subscription.run"),
  version: z.literal(1),
  operationId: z.guid(),
  subscription: z.string().min(1),
  step: z.int().min(0),
  /** How often this step has been put off. */
  attempt: z.int().min(0).optional(),
});
export type SubscriptionRun = z.infer<typeof SubscriptionRun>;
