import type { OperationMessage } from "../../events/operation-message.ts";
import type { OperationChecks, ScheduledMessage } from "../../operations/settling/checks.ts";
import type { Bus } from "./connect.ts";
import { busSender } from "./sender.ts";

export const OPERATIONS_QUEUE = "operations";

const asMessage = (body: OperationMessage) => ({
  contentType: "application/json",
  subject: body.type,
  body,
});

/**
 * The first message of an incident or a stop has its own id; whatever is put off has its time in the id as well, and which time it is:
 * by a clock that is behind it comes too early, and is put off to the same time again.
 */
const idOf = (message: OperationMessage, at: Date): string =>
  "id" in message && message.attempt === undefined
    ? message.id
    : `${message.operationId}:${message.type}:${at.getTime()}:${message.attempt ?? 0}`;

/** What is scheduled under it twice comes once: a step of an operation has one after it, whoever takes it. */
function firstIdOf(message: ScheduledMessage): string {
  switch (message.type) {
    case "operation.check":
      return message.operationId;
    case "subscription.run":
      return `${message.operationId}:${message.type}:step-${message.step}`;
    case "secret.retire":
      return `${message.operationId}:${message.type}`;
  }
}

/** The queue `operations` of topology.json. */
export function operationChecks(bus: Bus): OperationChecks {
  const sender = busSender(bus, OPERATIONS_QUEUE);
  return {
    schedule: async (check, at) => {
      const messages = [{ ...asMessage(check), messageId: firstIdOf(check) }];
      const numbers = await sender.schedule(messages, at);
      return () => sender.cancel(numbers);
    },
    putOff: (message, at) =>
      sender.send({
        ...asMessage({ ...message, attempt: (message.attempt ?? 0) + 1 }),
        messageId: idOf(message, at),
        scheduledEnqueueTimeUtc: at,
      }),
  };
}
