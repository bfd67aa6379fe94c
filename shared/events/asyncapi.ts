import * as z from "zod";
import { ClientEventType } from "./client-event.ts";
import { cloudEventOf, EVENT_CONTENT_TYPE, EVENT_TOPIC, eventProperties } from "./cloud-event.ts";
import { eventKinds } from "./event-data.ts";

/** AsyncAPI's own schema format is a superset of this draft. */
const asSchema = (schema: z.ZodType): Record<string, unknown> => {
  const { $schema: _, ...own } = z.toJSONSchema(schema, { target: "draft-7", reused: "inline" });
  return own;
};

const reference = (...path: string[]) => ({ $ref: ["#", ...path].join("/") });

/** The AsyncAPI 3.0 document of the topic, from the very schemas that the events are tested against. */
export function asyncApiDocument(): Record<string, unknown> {
  const types = ClientEventType.options;
  const messages = Object.fromEntries(
    types.map((type) => [
      type,
      {
        name: type,
        title: eventKinds[type].summary,
        contentType: EVENT_CONTENT_TYPE,
        headers: asSchema(eventProperties(type)),
        payload: reference("components", "schemas", type),
      },
    ]),
  );
  return {
    asyncapi: "3.0.0",
    info: {
      title: "Latchkey events",
      version: "1.0.0",
      description:
        "What happens in a client's life, as CloudEvents 1.0 on an Azure Service Bus topic. Delivery is at least once: drop an id that you know.",
    },
    defaultContentType: EVENT_CONTENT_TYPE,
    channels: {
      clientEvents: {
        address: EVENT_TOPIC,
        title: "Service Bus topic",
        description:
          "Make a subscription of your own. Its rules can filter by the application properties `type` and `subscription`.",
        messages: Object.fromEntries(
          types.map((type) => [type, reference("components", "messages", type)]),
        ),
      },
    },
    operations: {
      publishClientEvents: {
        action: "send",
        summary: "The service sends each of these once it has happened",
        channel: reference("channels", "clientEvents"),
        messages: types.map((type) => reference("channels", "clientEvents", "messages", type)),
      },
    },
    components: {
      messages,
      schemas: Object.fromEntries(types.map((type) => [type, asSchema(cloudEventOf(type))])),
    },
  };
}
