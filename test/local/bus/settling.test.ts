import { expect, test } from "vitest";
import { bus, codeOf, connect, none, one, topology } from "./with-bus.ts";

const aReason = { deadLetterReason: "enough", deadLetterErrorDescription: "three looks" };

test("complete: the message is gone", async () => {
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

test("abandon: it comes back at once, counted, with the changed properties", async () => {
  const client = connect(await bus());
  await client.createSender("work").sendMessages({ body: 1, applicationProperties: { kept: "x" } });
  const receiver = client.createReceiver("work");

  await receiver.abandonMessage(await one(receiver), { attempt: 2 });

  const again = await one(receiver);
  expect(again.deliveryCount).toBe(1);
  expect(again.applicationProperties).toEqual({ kept: "x", attempt: 2 });
});

test("abandon: the message keeps its place before later ones", async () => {
  const client = connect(await bus());
  await client.createSender("work").sendMessages([{ body: "first" }, { body: "second" }]);
  const receiver = client.createReceiver("work");

  await receiver.abandonMessage(await one(receiver));

  expect((await one(receiver)).body).toBe("first");
});

test("defer: only its sequence number brings the message back, and it can be completed then", async () => {
  const local = await bus();
  const client = connect(local);
  await client.createSender("work").sendMessages({ body: "later" });
  const receiver = client.createReceiver("work");
  const message = await one(receiver);
  await receiver.deferMessage(message, { why: "not yet" });
  expect(await none(receiver)).toBe(true);
  expect(local.entity("work")).toMatchObject({ active: 0, deferred: 1 });

  const [deferred] = await receiver.receiveDeferredMessages(message.sequenceNumber ?? []);
  expect(deferred).toMatchObject({ body: "later", applicationProperties: { why: "not yet" } });
  expect(deferred?.state).toBe("deferred");
  if (deferred) await receiver.completeMessage(deferred);

  expect(local.entity("work").deferred).toBe(0);
});

test("defer: an abandoned deferred message stays deferred, a dead-lettered one is moved", async () => {
  const local = await bus();
  const client = connect(local);
  await client.createSender("work").sendMessages({ body: 1 });
  const receiver = client.createReceiver("work");
  const message = await one(receiver);
  await receiver.deferMessage(message);
  const sequenceNumber = message.sequenceNumber ?? [];

  const [first] = await receiver.receiveDeferredMessages(sequenceNumber);
  if (first) await receiver.abandonMessage(first);
  expect(local.entity("work").deferred).toBe(1);

  const [second] = await receiver.receiveDeferredMessages(sequenceNumber);
  expect(second?.deliveryCount).toBe(1);
  if (second) await receiver.deadLetterMessage(second, aReason);
  expect(local.entity("work")).toMatchObject({ deferred: 0, deadLettered: 1 });
  const dead = await one(client.createReceiver("work", { subQueueType: "deadLetter" }));
  expect(dead.deadLetterReason).toBe("enough");
});

test("defer: an unknown sequence number is message-not-found", async () => {
  const client = connect(await bus());
  const receiver = client.createReceiver("work");
  await client.createSender("work").sendMessages({ body: 1 });
  const { sequenceNumber = [] } = await one(receiver);
  expect(await codeOf(receiver.receiveDeferredMessages(sequenceNumber))).toBe("MessageNotFound");
});

test("dead-letter: the message lies in the sub-queue with reason, description, properties and source", async () => {
  const local = await bus();
  const client = connect(local);
  await client.createSender("work").sendMessages({ body: "bad", applicationProperties: { a: 1 } });
  const receiver = client.createReceiver("work");

  await receiver.deadLetterMessage(await one(receiver), {
    deadLetterReason: "Unreadable",
    deadLetterErrorDescription: "no such version",
    seenBy: "test",
  });

  const graveyard = client.createReceiver("work", { subQueueType: "deadLetter" });
  const dead = await one(graveyard);
  expect(dead).toMatchObject({
    body: "bad",
    deadLetterReason: "Unreadable",
    deadLetterErrorDescription: "no such version",
    deadLetterSource: "work",
    applicationProperties: { a: 1, seenBy: "test" },
  });
  await graveyard.completeMessage(dead);
  expect(local.entity("work")).toMatchObject({ active: 0, deadLettered: 0 });
});

test("dead-letter: after maxDeliveryCount deliveries the message goes there by itself", async () => {
  const client = connect(
    await bus({ topology: topology({ queues: [{ name: "work", maxDeliveryCount: 2 }] }) }),
  );
  await client.createSender("work").sendMessages({ body: "poison" });
  const receiver = client.createReceiver("work");

  await receiver.abandonMessage(await one(receiver));
  await receiver.abandonMessage(await one(receiver));

  const dead = await one(client.createReceiver("work", { subQueueType: "deadLetter" }));
  expect(dead.deadLetterReason).toBe("MaxDeliveryCountExceeded");
  expect(await none(receiver)).toBe(true);
});

test("receiveAndDelete: what was received is gone without being settled", async () => {
  const local = await bus();
  const client = connect(local);
  await client.createSender("work").sendMessages([{ body: 1 }, { body: 2 }]);
  const receiver = client.createReceiver("work", { receiveMode: "receiveAndDelete" });

  const received = await receiver.receiveMessages(2);

  expect(received.map(({ body }) => body)).toEqual([1, 2]);
  expect(local.entity("work").active).toBe(0);
});
