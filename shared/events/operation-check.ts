import * as z from "zod";

/**
 * Queue `operations`, scheduled before an operation is admitted and called off when it has ended: look whether it has. Message
 * id: the operation id; each later one has the time and its number in its id as well.
 */
export const OperationCheck = z.object({
  type: z.literal("operation.check"),
  version: z.literal(1),
  operationId: z.guid(),
  subscription: z.string().min(1),
  /** The client it changes; absent for a create. */
  clientId: z.guid().optional(),
  /** The create was given up: delete what the directory may still show of it. */
  givenUp: z.boolean().optional(),
  /** How often the check has been put off. */
  attempt: z.int().min(0).optional(),
});
export type OperationCheck = z.infer<typeof OperationCheck>;
