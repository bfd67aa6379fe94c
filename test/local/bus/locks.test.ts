import { expect, test } from "vitest";
import { bus, codeOf, connect, none, one, topology } from "./with-bus.ts";

const brief = topology({ queues: [{ name: "work", lockDuration: "PT0.3S" }] });
/** The SDK renews locks by itself unless it is told not to. */
const unrenewed = { maxAutoLockRenewalDurationInMs: 0 };

test("a locked message is nobody else's", async () => {
  const client = connect(await bus());
  await client.createSender("work").sendMessages({ body: 1 });
  await one(client.createReceiver("work"));
  expect(await none(client.createReceiver("work"))).toBe(true);
});

test("an expired lock makes the message available again, counted, and settling it late is lock-lost", async () => {
  const local = await bus({ topology: brief });
  const client = connect(local);
  await client.createSender("work").sendMessages({ body: 1 });
  const slow = client.createReceiver("work", unrenewed);
  const message = await one(slow);

  const again = await one(client.createReceiver("work", unrenewed));

  expect(again.messageId).toBe(message.messageId);
  expect(again.deliveryCount).toBe(1);
  expect(await codeOf(slow.completeMessage(message))).toBe("MessageLockLost");
  expect(local.entity("work").active).toBe(1);
  expect(local.counts().locksExpired).toBe(1);
});

test("renew: the lock outlasts the moment at which it would have ended", async () => {
  const queues = [{ name: "work", lockDuration: "PT2S" }];
  const client = connect(await bus({ topology: topology({ queues }) }));
  await client.createSender("work").sendMessages({ body: 1 });
  const receiver = client.createReceiver("work", unrenewed);
  const message = await one(receiver);
  const end = message.lockedUntilUtc?.getTime() ?? 0;
  const other = client.createReceiver("work", unrenewed);
  const lookUntil = (moment: number) =>
    other.receiveMessages(1, { maxWaitTimeInMs: Math.max(1, moment - Date.now()) });

  expect(await lookUntil(end - 700)).toEqual([]);
  const renewed = await receiver.renewMessageLock(message);
  expect(renewed.getTime()).toBeGreaterThan(end);
  expect(await lookUntil(end + 100)).toEqual([]);

  await receiver.completeMessage(message);
});

test("renew: a lost lock cannot be renewed", async () => {
  const client = connect(await bus({ topology: brief }));
  await client.createSender("work").sendMessages({ body: 1 });
  const receiver = client.createReceiver("work", unrenewed);
  const message = await one(receiver);
  await one(client.createReceiver("work", unrenewed));
  expect(await codeOf(receiver.renewMessageLock(message))).toBe("MessageLockLost");
});

test("a lock outlives its receiver, and the management node settles for it", async () => {
  const local = await bus();
  const client = connect(local);
  await client.createSender("work").sendMessages({ body: 1 });
  const receiver = client.createReceiver("work");
  const message = await one(receiver);
  const other = client.createReceiver("work");
  expect(await none(other)).toBe(true);

  await receiver.close();
  expect(await none(other)).toBe(true);
  await other.completeMessage(message);

  expect(local.entity("work").active).toBe(0);
});
