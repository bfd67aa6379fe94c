import * as z from "zod";
import { OperationKind } from "./operation-kind.ts";
import { RunKind } from "./subscription-run.ts";

/**
 * Queue `operations`: something that only operators can mend. One of a kind an hour: its message id is `id`, so that the queue's
 * duplicate detection drops the others.
 */
export const OperationIncident = z.object({
  type: z.literal("operation.incident"),
  version: z.literal(1),
  /** Of the alert, too. */
  id: z.string().min(1),
  operationId: z.guid(),
  subscription: z.string().min(1),
  kind: z.union([OperationKind, RunKind]),
  clientId: z.guid().optional(),
  /** A refusal of the directory's, that the operation was parked, or that not all of a subscription could be changed. */
  reason: z.enum(["not-ours", "directory-full", "refused", "parked", "stop-incomplete"]),
  at: z.iso.datetime(),
  /** Channels that have the alert already. */
  told: z.array(z.string()).optional(),
  attempt: z.int().min(0).optional(),
});
export type OperationIncident = z.infer<typeof OperationIncident>;
