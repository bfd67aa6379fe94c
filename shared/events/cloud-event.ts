import * as z from "zod";
import { type ClientEventType, NO_WEBHOOK } from "./client-event.ts";
import { eventKinds } from "./event-data.ts";

/** CloudEvents `source`: this service, as a relative reference so that it is the same on every host. */
const EVENT_SOURCE = "/latchkey";
export const EVENT_TOPIC = "client-events";
export const EVENT_CONTENT_TYPE = "application/cloudevents+json";

/** An event as it lies in a message of the topic: CloudEvents 1.0, structured mode, with one extension attribute. */
export const cloudEventOf = (type: ClientEventType) =>
  z.strictObject({
    specversion: z.literal("1.0"),
    id: z.string().min(1).describe("The same happening always has the same id: drop what you know"),
    source: z.literal(EVENT_SOURCE),
    type: z.literal(type),
    subject: /^(subscription|webhook)\./.test(type)
      ? z.string().describe("The subscription")
      : z.guid().describe("The client: object id of its app registration"),
    time: z.iso.datetime().describe("When it happened"),
    subscription: z.string().describe("The customer; also an application property, for filters"),
    datacontenttype: z.literal("application/json"),
    data: eventKinds[type].data,
  });

/** The message's application properties, which a subscription's rules can filter by. */
export const eventProperties = (type: ClientEventType) =>
  z.object({
    type: z.literal(type),
    subscription: z.string(),
    webhook: z.literal(NO_WEBHOOK).optional().describe("The customer has no webhook of its own"),
  });
