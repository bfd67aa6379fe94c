import type { OperationCheck } from "../../events/operation-check.ts";
import type { OperationChecks, ScheduledCheck } from "../../operations/checks.ts";
import type { Bus } from "./connect.ts";
import { busSender, type SequenceNumbers } from "./sender.ts";

export const OPERATIONS_QUEUE = "operations";

const asMessage = (body: OperationCheck) => ({
  contentType: "application/json",
  subject: body.type,
  body,
});

/** The queue `operations` of topology.json. */
export function operationChecks(bus: Bus): OperationChecks {
  const sender = busSender(bus, OPERATIONS_QUEUE);
  const waiting = new WeakMap<ScheduledCheck, SequenceNumbers>();
  return {
    schedule: async (check, at) => {
      const { operationId } = check;
      const numbers = await sender.schedule([{ ...asMessage(check), messageId: operationId }], at);
      const scheduled = { operationId };
      waiting.set(scheduled, numbers);
      return scheduled;
    },
    callOff: async (check) => sender.cancel(waiting.get(check) ?? []),
    putOff: (check, at) =>
      sender.send({
        ...asMessage({ ...check, attempt: (check.attempt ?? 0) + 1 }),
        messageId: `${check.operationId}:${at.getTime()}`,
        scheduledEnqueueTimeUtc: at,
      }),
  };
}
