import { InvocationContext } from "@azure/functions";
import { expect, test } from "vitest";
import * as z from "zod";
import { readDelivery } from "../../../functions/service-bus/delivery.ts";
import { readMessages } from "../../../functions/service-bus/read-message.ts";
import { RemoteUnavailable } from "../../../shared/base/unavailable.ts";
import { testRuntime } from "../../support/product.ts";

/** As the Functions library hands metadata over: parsed as JSON wherever that is possible. */
test.each([
  ["a text", { messageId: "poison/1", deliveryCount: 3 }, "poison/1", 3],
  ["a number", { messageId: 12345, deliveryCount: 1 }, "12345", 1],
  ["a boolean", { messageId: true, deliveryCount: 2 }, "true", 2],
  ["none", { sequenceNumber: 77, deliveryCount: 1 }, "without-id-77", 1],
  ["an empty one", { messageId: "", sequenceNumber: "78" }, "without-id-78", 1],
  [
    "an object",
    { messageId: { a: 1 }, sequenceNumber: 79, deliveryCount: "4" },
    "without-id-79",
    4,
  ],
  ["no metadata at all", undefined, "without-id-unknown", 1],
])("a message id that is %s is read", (_what, metadata, messageId, deliveryCount) => {
  expect(readDelivery(metadata)).toMatchObject({ messageId, deliveryCount });
});

test("what else is known of a delivery is read, and what cannot be read is left out", () => {
  const enqueuedTimeUtc = "2026-03-02T12:00:00Z";
  const carrier = { traceparent: "00-1" };
  expect(readDelivery({ messageId: "a", enqueuedTimeUtc, applicationProperties: carrier })).toEqual(
    {
      messageId: "a",
      deliveryCount: 1,
      enqueuedAt: new Date(enqueuedTimeUtc),
      carrier,
    },
  );
  expect(readDelivery({ messageId: "a", enqueuedTimeUtc: "soon" }).enqueuedAt).toBeUndefined();
});

test("a fault of ours is written down with the fifth delivery or, where that could not be, with one that follows", async () => {
  const recorded: number[] = [];
  let deliveryCount = 0;
  const record = async (): Promise<void> => {
    if (deliveryCount === 5) throw new RemoteUnavailable("records", { executed: "no" });
    recorded.push(deliveryCount);
  };
  const deps = { alertLog: { record }, runtime: testRuntime(), entryMs: 1_000 };
  const about = { name: "webhooks", queue: "webhooks", schema: z.unknown() };
  const handle = readMessages(deps, about, () => Promise.reject(new TypeError("A mistake")));
  for (deliveryCount = 1; deliveryCount <= 6; deliveryCount += 1) {
    const triggerMetadata = { messageId: "a", deliveryCount };
    const logHandler = () => undefined;
    const context = new InvocationContext({ functionName: "f", logHandler, triggerMetadata });
    await expect(handle({}, context)).rejects.toThrow();
  }
  expect(recorded).toEqual([6]);
});
