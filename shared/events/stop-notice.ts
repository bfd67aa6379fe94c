import * as z from "zod";
import { ClientEventType } from "./client-event.ts";

/** As their token proved it; the display name is what its bearer has chosen. */
const Operator = z.object({
  kind: z.enum(["customer", "operator", "client", "service", "directory"]),
  issuer: z.string().optional(),
  subject: z.string().optional(),
  displayName: z.string().optional(),
});

/**
 * Queue `operations`: an operator has stopped something, or let it go on, and the other administrators are to hear of it. Its message
 * id is `id`, so that the queue's duplicate detection drops what a second worker sends.
 */
export const StopNotice = z.object({
  type: z.literal("stop.notice"),
  version: z.literal(1),
  /** Of the alert, too. */
  id: z.string().min(1),
  operationId: z.guid(),
  subscription: z.string().min(1),
  /** Absent where it is about the whole subscription. */
  clientId: z.guid().optional(),
  /** What was done, by the name of its event. */
  action: ClientEventType,
  /** In the operator's words; what goes on has none, what its customer keeps stopped has theirs. */
  reason: z.string().optional(),
  by: Operator,
  at: z.iso.datetime(),
  /** Channels that have the alert already. */
  told: z.array(z.string()).optional(),
  attempt: z.int().min(0).optional(),
});
export type StopNotice = z.infer<typeof StopNotice>;
