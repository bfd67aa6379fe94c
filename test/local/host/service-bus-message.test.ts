import type { ServiceBusReceivedMessage } from "@azure/service-bus";
import { expect, it } from "vitest";
import { toTriggerEvent } from "../../../infra/local/host/service-bus-message.ts";

/** The members that the host reads; a broker's answer has more. */
const received = (message: Partial<ServiceBusReceivedMessage>) =>
  toTriggerEvent({ body: "text", ...message } as ServiceBusReceivedMessage);

it("hands text over as text and the rest as JSON", () => {
  const { triggerMetadata } = received({ messageId: "12345", deliveryCount: 2 });
  expect(triggerMetadata).toMatchObject({
    MessageId: { string: "12345" },
    DeliveryCount: { json: "3" },
  });
});

it("leaves out what a message does not have, its id too", () => {
  expect(Object.keys(received({}).triggerMetadata ?? {})).toEqual([
    "DeliveryCount",
    "ApplicationProperties",
    "UserProperties",
  ]);
});

it("gives a message that never expires .NET's last moment", () => {
  const { triggerMetadata } = received({ expiresAtUtc: new Date(8_640_000_000_000_000) });
  expect(triggerMetadata?.["ExpiresAtUtc"]).toEqual({ string: "9999-12-31T23:59:59.9999999Z" });
});
