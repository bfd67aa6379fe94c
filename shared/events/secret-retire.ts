import * as z from "zod";

/**
 * Queue `operations`, scheduled for the end of a secret's grace: remove it, if it still is to go by now. Message id: that of the
 * operation that said so; each later one has the time and its number in its id as well. One that is lost is found by what is due that day.
 */
export const SecretRetire = z.object({
  type: z.literal("secret.retire"),
  version: z.literal(1),
  /** The change that has set the time. */
  operationId: z.guid(),
  subscription: z.string().min(1),
  clientId: z.guid(),
  keyId: z.guid(),
  retiresAt: z.iso.datetime(),
  /** How often it has been put off. */
  attempt: z.int().min(0).optional(),
});
export type SecretRetire = z.infer<typeof SecretRetire>;
