import { expect, test } from "vitest";
import { bus, codeOf, connect, none, one } from "./with-bus.ts";

const soon = () => new Date(Date.now() + 1_000);
const later = () => new Date(Date.now() + 3_600_000);

test("schedule: the message comes when it is due, not before, with a new sequence number", async () => {
  const local = await bus();
  const client = connect(local);
  const due = soon();
  const [scheduled] = await client.createSender("work").scheduleMessages({ body: "tick" }, due);
  expect(local.entity("work")).toMatchObject({ active: 0, scheduled: 1 });

  const receiver = client.createReceiver("work");
  const message = await one(receiver);

  expect(Date.now()).toBeGreaterThanOrEqual(due.getTime());
  expect(message).toMatchObject({ body: "tick", state: "active" });
  expect(message.scheduledEnqueueTimeUtc).toEqual(due);
  expect(message.sequenceNumber?.toNumber()).toBeGreaterThan(scheduled?.toNumber() ?? 0);
  expect(local.entity("work").scheduled).toBe(0);
});

test("schedule: an ordinary send with scheduledEnqueueTimeUtc waits too", async () => {
  const local = await bus();
  const client = connect(local);
  await client
    .createSender("work")
    .sendMessages([{ body: "now" }, { body: "then", scheduledEnqueueTimeUtc: soon() }]);
  expect(local.entity("work")).toMatchObject({ active: 1, scheduled: 1 });
  const receiver = client.createReceiver("work");
  expect((await one(receiver)).body).toBe("now");
  expect((await one(receiver)).body).toBe("then");
});

test("schedule: a moment in the past is now", async () => {
  const client = connect(await bus());
  await client.createSender("work").scheduleMessages({ body: 1 }, new Date(0));
  expect((await one(client.createReceiver("work"))).body).toBe(1);
});

test("cancel: a cancelled message never comes, and cannot be cancelled twice", async () => {
  const local = await bus();
  const client = connect(local);
  const sender = client.createSender("work");
  const numbers = await sender.scheduleMessages([{ body: 1 }, { body: 2 }], later());

  await sender.cancelScheduledMessages(numbers);

  expect(local.entity("work").scheduled).toBe(0);
  expect(await codeOf(sender.cancelScheduledMessages(numbers))).toBe("MessageNotFound");
});

test("cancel: all or none, naming what is missing; what has come due is missing too", async () => {
  const local = await bus();
  const client = connect(local);
  const sender = client.createSender("work");
  const due = await sender.scheduleMessages({ body: "due" }, new Date(Date.now() + 300));
  await one(client.createReceiver("work"));
  const numbers = await sender.scheduleMessages([{ body: 1 }, { body: 2 }], later());

  await expect(sender.cancelScheduledMessages([...numbers, ...due])).rejects.toMatchObject({
    code: "MessageNotFound",
    message: expect.stringContaining(`Messages not found. Missing sequence numbers: ${due[0]}.`),
  });

  expect(local.entity("work").scheduled).toBe(2);
  await sender.cancelScheduledMessages(numbers);
  expect(local.entity("work").scheduled).toBe(0);
});

test("cancel: each of many at once, among thousands, takes the one it names", async () => {
  const local = await bus();
  const sender = connect(local).createSender("work");
  const numbers = [];
  for (let round = 0; round < 10; round += 1) {
    const messages = Array.from({ length: 500 }, () => ({ body: "x" }));
    numbers.push(...(await sender.scheduleMessages(messages, later())));
  }
  expect(new Set(numbers.map(String)).size).toBe(5_000);
  const last = numbers.splice(-100);
  await Promise.all(last.map((number) => sender.cancelScheduledMessages(number)));
  expect(local.entity("work").scheduled).toBe(4_900);
  expect(local.counts()).toMatchObject({ scheduled: 5_000, canceled: 100 });
});

test("peek: shows active, deferred and scheduled messages, and takes none", async () => {
  const local = await bus();
  const client = connect(local);
  const sender = client.createSender("work");
  await sender.sendMessages([{ body: "deferred" }, { body: "active" }]);
  await sender.scheduleMessages({ body: "scheduled" }, later());
  const receiver = client.createReceiver("work");
  await receiver.deferMessage(await one(receiver));

  const peeked = await receiver.peekMessages(10);

  expect(peeked.map(({ body, state }) => [body, state])).toEqual([
    ["deferred", "deferred"],
    ["active", "active"],
    ["scheduled", "scheduled"],
  ]);
  expect(local.entity("work").active).toBe(1);
});

test("peek: goes on where it stopped, or from a sequence number", async () => {
  const client = connect(await bus());
  await client.createSender("work").sendMessages([{ body: 1 }, { body: 2 }, { body: 3 }]);
  const receiver = client.createReceiver("work");
  const first = await receiver.peekMessages(2);
  expect(first.map(({ body }) => body)).toEqual([1, 2]);
  expect((await receiver.peekMessages(2)).map(({ body }) => body)).toEqual([3]);
  expect(await receiver.peekMessages(2)).toEqual([]);
  const fromSequenceNumber = first[1]?.sequenceNumber;
  const again = await receiver.peekMessages(9, fromSequenceNumber ? { fromSequenceNumber } : {});
  expect(again.map(({ body }) => body)).toEqual([2, 3]);
  expect(await none(client.createReceiver("work", { subQueueType: "deadLetter" }))).toBe(true);
});
