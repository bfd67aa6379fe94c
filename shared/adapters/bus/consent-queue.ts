import type { ConsentQueue } from "../../consent/ports.ts";
import type { ConsentMessage } from "../../events/consent-message.ts";
import type { Bus } from "./connect.ts";
import { busSender } from "./sender.ts";

const asMessage = (body: ConsentMessage) => ({
  contentType: "application/json",
  subject: body.type,
  body,
});

/** The queue `consent` of topology.json. Scheduled messages take part in its duplicate detection like any other. */
export function consentQueue(bus: Bus): ConsentQueue {
  const sender = busSender(bus, "consent");
  return {
    ready: sender.ready,
    scheduleRequested: async (message, at) => {
      const messages = [{ ...asMessage(message), messageId: message.operationId }];
      const numbers = await sender.schedule(messages, at);
      return () => sender.cancel(numbers);
    },
    scheduleLook: (look, at) =>
      sender.send({
        ...asMessage(look),
        messageId: `${look.operationId}:look:${at.getTime()}`,
        scheduledEnqueueTimeUtc: at,
      }),
    putOff: (message, at) =>
      sender.send({
        ...asMessage({ ...message, attempt: (message.attempt ?? 0) + 1 }),
        messageId: `${message.operationId}:${message.type}:${at.getTime()}:${message.attempt ?? 0}`,
        scheduledEnqueueTimeUtc: at,
      }),
  };
}
