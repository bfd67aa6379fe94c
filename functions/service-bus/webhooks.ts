import type { ServiceBusQueueHandler, ServiceBusTopicHandler } from "@azure/functions";
import { type DeliverDeps, deliver } from "../../shared/care/webhooks/deliver.ts";
import { ToldEvent, WebhookDelivery } from "../../shared/events/webhook-delivery.ts";
import { type MessageDeps, readMessages } from "./read-message.ts";

/** `delivering` is nothing where this deployment has no key to make webhooks' secrets from. */
type Deps = MessageDeps & { readonly delivering: DeliverDeps | undefined };

const OFF = "webhooks-not-enabled";

/** Topic `client-events`, subscription `webhooks`: every event, to be handed over to its subscription's webhook if it has one. */
export const webhookEvents = (deps: Deps): ServiceBusTopicHandler =>
  readMessages(
    deps,
    { name: "webhook-events", queue: "client-events/webhooks", schema: ToldEvent },
    async (event) => (deps.delivering ? deliver(deps.delivering, first(event)) : OFF),
  );

const first = (event: ToldEvent): WebhookDelivery => ({
  type: "webhook.delivery",
  version: 1,
  event,
  attempt: 1,
  putOff: 0,
});

/** Queue `webhooks`: what is tried again. */
export const webhookRetries = (deps: Deps): ServiceBusQueueHandler =>
  readMessages(
    deps,
    { name: "webhook-retries", queue: "webhooks", schema: WebhookDelivery },
    async (delivery) => (deps.delivering ? deliver(deps.delivering, delivery) : OFF),
  );
