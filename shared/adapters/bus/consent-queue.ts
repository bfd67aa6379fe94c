import type { ServiceBusClient } from "@azure/service-bus";
import type { ConsentQueue } from "../../consent/ports.ts";
import { busSender } from "./sender.ts";

/** The queue `consent` of topology.json. */
export function consentQueue(client: ServiceBusClient): ConsentQueue {
  const sender = busSender(client, "consent");
  return {
    ready: sender.ready,
    sendRequested: (message) =>
      sender.send({
        messageId: message.operationId,
        contentType: "application/json",
        subject: message.type,
        body: message,
      }),
  };
}
