import { webhookIdOf } from "../../care/webhooks/notification.ts";
import type { WebhookQueue } from "../../care/webhooks/ports.ts";
import type { Bus } from "./connect.ts";
import { busSender } from "./sender.ts";

export const WEBHOOKS_QUEUE = "webhooks";

/** The queue `webhooks` of topology.json. */
export function webhookQueue(bus: Bus): WebhookQueue {
  const sender = busSender(bus, WEBHOOKS_QUEUE);
  return {
    schedule: (delivery, at) => {
      const { event, webhookId = "any", attempt, putOff } = delivery;
      return sender.send({
        contentType: "application/json",
        subject: delivery.type,
        body: delivery,
        messageId: `${webhookIdOf(event)}:${webhookId}:${attempt}:${putOff}`,
        scheduledEnqueueTimeUtc: at,
      });
    },
  };
}
