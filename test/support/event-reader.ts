import type { ServiceBusReceivedMessage } from "@azure/service-bus";
import { ServiceBusClient } from "@azure/service-bus";
import * as z from "zod";
import type { Cloud } from "../../infra/local/cloud.ts";

const CloudEvent = z.looseObject({ id: z.string(), type: z.string(), subject: z.string() });
export type SeenEvent = z.infer<typeof CloudEvent>;

export interface EventReader {
  /** Everything read so far, oldest first, as the messages hold it. */
  readonly messages: readonly ServiceBusReceivedMessage[];
  events(): SeenEvent[];
  /** Of one client, in order. */
  typesOf(clientId: string): string[];
  stop(): Promise<void>;
}

/** Reads the subscription `all` of the topic, as any other system would. */
export function readEvents(cloud: Pick<Cloud, "addresses">): EventReader {
  const client = new ServiceBusClient(cloud.addresses.serviceBus);
  const receiver = client.createReceiver("client-events", "all");
  const messages: ServiceBusReceivedMessage[] = [];
  const subscription = receiver.subscribe({
    processMessage: async (message) => {
      messages.push(message);
    },
    processError: async () => undefined,
  });
  const events = () => messages.map(({ body }) => CloudEvent.parse(body));
  return {
    messages,
    events,
    typesOf: (clientId) =>
      events()
        .filter(({ subject }) => subject === clientId)
        .map(({ type }) => type),
    stop: async () => {
      await subscription.close();
      await client.close();
    },
  };
}
