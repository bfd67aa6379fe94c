import { ServiceBusClient } from "@azure/service-bus";
import * as z from "zod";
import type { Cloud } from "../../infra/local/cloud.ts";

const Event = z.looseObject({ id: z.string(), type: z.string(), subject: z.string() });

/** The types of a client's events in the order in which they were sent, as a subscriber of everything has them waiting. */
export async function eventsOf(cloud: Pick<Cloud, "addresses">, clientId: string) {
  const client = new ServiceBusClient(cloud.addresses.serviceBus);
  try {
    const receiver = client.createReceiver("client-events", "all");
    const types: string[] = [];
    for (;;) {
      const messages = await receiver.peekMessages(250);
      if (messages.length === 0) return types;
      for (const { body } of messages) {
        const event = Event.parse(body);
        if (event.subject === clientId) types.push(event.type);
      }
    }
  } finally {
    await client.close();
  }
}
