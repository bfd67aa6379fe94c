import { expect, test } from "vitest";
import { bus, connect, one } from "./with-bus.ts";

test("a completed message is gone", async () => {
  const local = await bus();
  const client = connect(local);
  await client.createSender("work").sendMessages({ body: { n: 1 }, messageId: "m1" });
  const receiver = client.createReceiver("work");
  const message = await one(receiver);
  expect(message).toMatchObject({ body: { n: 1 }, messageId: "m1", deliveryCount: 0 });
  await receiver.completeMessage(message);
  expect(local.entity("work").active).toBe(0);
  expect(local.counts()).toMatchObject({ sent: 1, delivered: 1, completed: 1 });
});

test("an abandoned message comes back with a higher delivery count and the changed properties", async () => {
  const client = connect(await bus());
  await client.createSender("work").sendMessages({ body: 1, applicationProperties: { kept: "x" } });
  const receiver = client.createReceiver("work");
  await receiver.abandonMessage(await one(receiver), { attempt: 2 });
  const again = await one(receiver);
  expect(again.deliveryCount).toBe(1);
  expect(again.applicationProperties).toEqual({ kept: "x", attempt: 2 });
});
