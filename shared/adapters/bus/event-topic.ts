import type { EventPublisher } from "../../events/client-event.ts";
import { loadSoon } from "../load-soon.ts";
import type { Bus } from "./connect.ts";
import { busSender } from "./sender.ts";

/** The topic `client-events`. `type` and `subscription` are properties too, for filters. */
export function eventTopic(bus: Bus): EventPublisher {
  const sender = busSender(bus, "client-events");
  const format = loadSoon(() => import("./cloud-event.ts"));
  return {
    publish: async (event) => {
      const { toCloudEvent } = await format();
      return sender.send({
        messageId: event.id,
        contentType: "application/cloudevents+json",
        subject: event.type,
        applicationProperties: { type: event.type, subscription: event.subscription },
        body: toCloudEvent(event),
      });
    },
  };
}
