import * as z from "zod";

/** Queue `operations`: something that only operators can mend. Message id: operation id and reason. */
export const OperationIncident = z.object({
  type: z.literal("operation.incident"),
  version: z.literal(1),
  operationId: z.guid(),
  subscription: z.string().min(1),
  kind: z.enum(["create", "add-secret", "remove-secret", "rename", "delete"]),
  clientId: z.guid().optional(),
  /** A refusal of the directory's, or that the operation was parked. */
  reason: z.enum(["not-ours", "directory-full", "refused", "parked", "absent", "secret-absent", "secrets-full", "name-not-allowed", "forbidden-by-policy"]),
  at: z.iso.datetime(),
  attempt: z.int().min(0).optional(),
});
export type OperationIncident = z.infer<typeof OperationIncident>;
