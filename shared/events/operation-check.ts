import * as z from "zod";

/**
 * Queue `operations`, scheduled before an operation is admitted: by now it ought to have ended. Called off when it has.
 * Message id: operation id and, when it was put off, the time.
 */
export const OperationCheck = z.object({
  type: z.literal("operation.check"),
  version: z.literal(1),
  operationId: z.guid(),
  subscription: z.string().min(1),
  /** The client that is changed; a create has none yet. */
  clientId: z.guid().optional(),
  /** How often the check has been put off. */
  attempt: z.int().min(0).optional(),
});
export type OperationCheck = z.infer<typeof OperationCheck>;
