import type { ServiceBusMessage } from "@azure/service-bus";
import { type ClientEvent, type EventPublisher, NO_WEBHOOK } from "../../events/client-event.ts";
import { loadSoon } from "../load-soon.ts";
import type { Bus } from "./connect.ts";
import { busSender } from "./sender.ts";

/** The topic `client-events`. `type` and `subscription` are properties too, for filters. */
export function eventTopic(bus: Bus): EventPublisher {
  const sender = busSender(bus, "client-events");
  const format = loadSoon(() => import("./cloud-event.ts"));
  const toMessage = async (event: ClientEvent): Promise<ServiceBusMessage> => {
    const { toCloudEvent } = await format();
    return {
      messageId: event.id,
      contentType: "application/cloudevents+json",
      subject: event.type,
      applicationProperties: {
        type: event.type,
        subscription: event.subscription,
        ...(event.noWebhook && { webhook: NO_WEBHOOK }),
      },
      body: toCloudEvent(event),
    };
  };
  return {
    publish: async (event) => sender.send(await toMessage(event)),
    publishAll: async (events) => sender.sendAll(await Promise.all(events.map(toMessage))),
  };
}
