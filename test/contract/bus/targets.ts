import { ServiceBusClient } from "@azure/service-bus";
import { startBus } from "../../../infra/local/bus/start.ts";
import { openTap } from "../../../infra/local/tap.ts";
import { readTopology } from "../../../infra/topology.ts";
import { openBus } from "../../../shared/adapters/bus/connect.ts";
import { consentQueue } from "../../../shared/adapters/bus/consent-queue.ts";
import { eventTopic } from "../../../shared/adapters/bus/event-topic.ts";
import {
  OPERATIONS_QUEUE,
  operationChecks,
} from "../../../shared/adapters/bus/operation-checks.ts";
import { WEBHOOKS_QUEUE, webhookQueue } from "../../../shared/adapters/bus/webhook-queue.ts";
import type { WebhookQueue } from "../../../shared/care/webhooks/ports.ts";
import type { ConsentQueue } from "../../../shared/consent/ports.ts";
import { ClientEvent, type EventPublisher } from "../../../shared/events/client-event.ts";
import { ConsentMessage } from "../../../shared/events/consent-message.ts";
import { OperationMessage } from "../../../shared/events/operation-message.ts";
import { WebhookDelivery } from "../../../shared/events/webhook-delivery.ts";
import type { OperationChecks } from "../../../shared/operations/settling/checks.ts";
import { memoryChecks, memoryConsentQueue, memoryEvents } from "../../doubles/memory-bus.ts";
import { memoryWebhookQueue } from "../../doubles/memory-webhook-queue.ts";
import { afterFile } from "../../support/after-file.ts";

/**
 * What the bus's contract is run on: the bus in memory, and the real adapters on the local Service Bus. With the connection
 * string of a namespace in `LATCHKEY_TEST_BUS` it runs there instead; its queue, topic and subscriptions are those of
 * topology.json, and what the contract sends is left in them.
 */
export interface BusTarget {
  readonly name: string;
  open(): Promise<{
    readonly queue: ConsentQueue;
    readonly events: EventPublisher;
    readonly checks: OperationChecks;
    /** Messages for that operation, in the order in which they were sent. */
    queued(operationId: string): Promise<readonly { body: ConsentMessage; at?: Date }[]>;
    /** Checks of that operation that wait for their time, in the order in which they were scheduled. */
    waiting(operationId: string): Promise<readonly { body: OperationMessage; at: Date }[]>;
    readonly webhooks: WebhookQueue;
    /** Tries of that event that wait for their time, in the order in which they were scheduled. */
    tries(eventId: string): Promise<readonly { delivery: WebhookDelivery; at: Date }[]>;
    /** Ids of events about that client, as the subscriptions of the topic have them. */
    published(clientId: string, subscription: "all" | "consent-decisions"): Promise<string[]>;
  }>;
}

const DECISIONS = ["consent.granted", "consent.rejected", "consent.revoked"];

async function localBus(): Promise<string> {
  const topology = readTopology();
  const bus = await startBus({ port: 0, dataFile: ":memory:", topology, tap: openTap });
  afterFile(() => bus.stop());
  return bus.settings.ServiceBusConnection;
}

/** With a client of its own: the SDK goes on peeking where the client's last peek has ended. */
async function peekAll(connectionString: string, queue: string, subscription?: string) {
  const client = new ServiceBusClient(connectionString);
  const receiver = subscription
    ? client.createReceiver(queue, subscription)
    : client.createReceiver(queue);
  const found = [];
  for (;;) {
    const messages = await receiver.peekMessages(250);
    if (messages.length === 0) break;
    found.push(...messages);
  }
  await client.close();
  return found;
}

async function openReal() {
  const connectionString = process.env["LATCHKEY_TEST_BUS"] || (await localBus());
  const bus = openBus({ kind: "connectionString", connectionString });
  afterFile(() => bus.close());
  return {
    queue: consentQueue(bus),
    events: eventTopic(bus),
    checks: operationChecks(bus),
    webhooks: webhookQueue(bus),
    tries: async (eventId: string) =>
      (await peekAll(connectionString, WEBHOOKS_QUEUE))
        .flatMap(({ body, state, scheduledEnqueueTimeUtc: at }) =>
          state === "scheduled" && at ? [{ delivery: WebhookDelivery.parse(body), at }] : [],
        )
        .filter(({ delivery }) => delivery.event.id === eventId),
    queued: async (operationId: string) =>
      (await peekAll(connectionString, "consent"))
        .map(({ body, state, scheduledEnqueueTimeUtc: at }) => ({
          body: ConsentMessage.parse(body),
          ...(state === "scheduled" && at && { at }),
        }))
        .filter(({ body }) => body.operationId === operationId),
    waiting: async (operationId: string) =>
      (await peekAll(connectionString, OPERATIONS_QUEUE))
        .flatMap(({ body, state, scheduledEnqueueTimeUtc: at }) =>
          state === "scheduled" && at ? [{ body: OperationMessage.parse(body), at }] : [],
        )
        .filter(({ body }) => body.operationId === operationId),
    published: async (clientId: string, subscription: string) =>
      (await peekAll(connectionString, "client-events", subscription))
        .filter(({ body }) => body.subject === clientId)
        .map(({ body }) => String(body.id)),
  };
}

async function openMemory() {
  const queue = memoryConsentQueue();
  const events = memoryEvents();
  const checks = memoryChecks();
  const webhooks = memoryWebhookQueue();
  return {
    queue,
    events,
    checks,
    webhooks,
    tries: async (eventId: string) =>
      webhooks.waiting().filter(({ delivery }) => delivery.event.id === eventId),
    waiting: async (operationId: string) =>
      checks.waiting.filter(({ body }) => body.operationId === operationId),
    queued: async (operationId: string) =>
      queue.sent.filter(({ body }) => body.operationId === operationId),
    published: async (clientId: string, subscription: string) =>
      events.published
        .map((event) => ClientEvent.parse(event))
        .filter((event) => event.clientId === clientId)
        .filter(({ type }) => subscription === "all" || DECISIONS.includes(type))
        .map(({ id }) => id),
  };
}

export const busTargets: readonly BusTarget[] = [
  { name: "in memory", open: openMemory },
  { name: "on Service Bus", open: openReal },
];
