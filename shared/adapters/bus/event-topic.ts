import type { ServiceBusClient } from "@azure/service-bus";
import { CloudEvent } from "cloudevents";
import type { EventPublisher } from "../../events/client-event.ts";
import { busSender } from "./sender.ts";

/** CloudEvents `source`: this service, as a relative reference so that it is the same on every host. */
const SOURCE = "/latchkey";

/** The topic `client-events`: CloudEvents 1.0, structured mode. `type` and `subscription` are properties too, for filters. */
export function eventTopic(client: ServiceBusClient): EventPublisher {
  const sender = busSender(client, "client-events");
  return {
    publish: (event) => {
      const cloudEvent = new CloudEvent({
        id: event.id,
        source: SOURCE,
        type: event.type,
        subject: event.clientId,
        time: event.time,
        subscription: event.subscription,
        datacontenttype: "application/json",
        data: { clientId: event.clientId, ...event.data },
      });
      return sender.send({
        messageId: event.id,
        contentType: "application/cloudevents+json",
        subject: event.type,
        applicationProperties: { type: event.type, subscription: event.subscription },
        body: cloudEvent.toJSON(),
      });
    },
  };
}
