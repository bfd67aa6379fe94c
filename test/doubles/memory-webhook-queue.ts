import { RemoteUnavailable } from "../../shared/base/unavailable.ts";
import type { WebhookQueue } from "../../shared/care/webhooks/ports.ts";
import type { WebhookDelivery } from "../../shared/events/webhook-delivery.ts";

export interface WaitingDelivery {
  readonly delivery: WebhookDelivery;
  readonly at: Date;
}

export interface MemoryWebhookQueue extends WebhookQueue {
  /** What is scheduled, soonest first. */
  waiting(): readonly WaitingDelivery[];
  /** It has been worked on. */
  complete(waiting: WaitingDelivery): void;
  away(isAway: boolean): void;
}

/** The queue `webhooks` as a list, for tests of rules. The contract test holds it against the real one. */
export function memoryWebhookQueue(): MemoryWebhookQueue {
  const known = new Set<string>();
  const waiting = new Set<WaitingDelivery>();
  let isAway = false;
  return {
    schedule: async (delivery, at) => {
      if (isAway) throw new RemoteUnavailable("bus", { executed: "unknown" });
      const { event, webhookId, attempt, putOff } = delivery;
      const id = JSON.stringify([event.subscription, event.id, webhookId, attempt, putOff]);
      if (!known.has(id)) waiting.add({ delivery, at });
      known.add(id);
    },
    waiting: () => [...waiting].toSorted((a, b) => a.at.getTime() - b.at.getTime()),
    complete: (done) => {
      waiting.delete(done);
    },
    away: (next) => {
      isAway = next;
    },
  };
}
