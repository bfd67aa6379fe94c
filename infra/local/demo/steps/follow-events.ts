import { setTimeout as pause } from "node:timers/promises";
import { ServiceBusClient } from "@azure/service-bus";
import * as z from "zod";
import type { Stage } from "../stage.ts";
import type { Client } from "./create-client.ts";

const Event = z.looseObject({
  type: z.string(),
  subject: z.string(),
  time: z.string(),
  data: z.unknown(),
});
type Event = z.infer<typeof Event>;

const LIFE = [
  "client.created",
  "consent.requested",
  "secret.created",
  "consent.granted",
  "secret.rotated",
  "secret.removed",
  "client.deleted",
];
const PATIENCE_MS = 20_000;
const BETWEEN_LOOKS_MS = 300;

/** Peeks, so that whoever subscribes in earnest still gets them. */
async function eventsOf(serviceBus: string, clientId: string): Promise<Event[]> {
  const client = new ServiceBusClient(serviceBus);
  try {
    const receiver = client.createReceiver("client-events", "all");
    const events: Event[] = [];
    for (;;) {
      const messages = await receiver.peekMessages(250);
      if (messages.length === 0) return events;
      const parsed = messages.map(({ body }) => Event.parse(body));
      events.push(...parsed.filter(({ subject }) => subject === clientId));
    }
  } finally {
    await client.close();
  }
}

export const followEvents = (stage: Stage, client: Client): Promise<void> =>
  stage.step(
    "Other systems have followed it all",
    `Everything that happened lies on a Service Bus topic as CloudEvents; ${stage.addresses.api}/events.json describes them.`,
    async () => {
      const until = Date.now() + PATIENCE_MS;
      let events: Event[];
      do {
        events = await eventsOf(stage.addresses.serviceBus, client.id);
        if (events.length >= LIFE.length) break;
        await pause(BETWEEN_LOOKS_MS);
      } while (Date.now() < until);
      const shown = events.map(({ type, time, data }) => ({ type, time, data }));
      stage.show("Topic client-events, subscription all", shown);
      const types = new Set(events.map(({ type }) => type));
      stage.check(
        "The whole life of the client is there",
        LIFE.every((type) => types.has(type)),
      );
    },
  );
