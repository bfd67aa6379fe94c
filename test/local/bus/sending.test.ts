import { expect, test } from "vitest";
import { bus, codeOf, connect, none, one, topology } from "./with-bus.ts";

test("every property of a message arrives", async () => {
  const client = connect(await bus());
  const sent = {
    body: { nested: [1, "two", null] },
    messageId: "id-1",
    correlationId: "corr-1",
    subject: "a subject",
    to: "somewhere",
    replyTo: "back",
    replyToSessionId: "rs",
    contentType: "application/json",
    partitionKey: "p1",
    timeToLive: 60_000,
    applicationProperties: {
      text: "é",
      whole: 7,
      negative: -7,
      half: 0.5,
      big: 2 ** 40,
      yes: true,
      no: false,
    },
  };
  await client.createSender("work").sendMessages(sent);

  const message = await one(client.createReceiver("work"));

  expect(message).toMatchObject(sent);
  expect(message.sequenceNumber?.toNumber()).toBe(1);
  expect(message.enqueuedTimeUtc?.getTime()).toBeGreaterThan(Date.now() - 10_000);
  expect(message.lockedUntilUtc?.getTime()).toBeGreaterThan(Date.now());
});

test.each([
  ["text", "data", "plain"],
  ["bytes", "data", Buffer.from([0, 255, 1])],
  ["an object", "data", { a: [1, { b: null }] }],
  ["a value", "value", { a: 1, b: ["x", true] }],
  ["a scalar value", "value", "just text"],
  ["a sequence", "sequence", [1, "two", 3]],
] as const)("a body that is %s (%s) arrives as it was", async (_name, bodyType, body) => {
  const client = connect(await bus());
  await client.createSender("work").sendMessages({ bodyType, body });
  const message = await one(client.createReceiver("work"));
  expect(message._rawAmqpMessage.bodyType).toBe(bodyType);
  expect(message.body).toEqual(body);
});

test("a message that was given no id gets one", async () => {
  const client = connect(await bus());
  await client.createSender("work").sendMessages({ body: 1 });
  expect((await one(client.createReceiver("work"))).messageId).toMatch(/^[0-9a-f]{32}$/);
});

test("batch: all messages arrive, in order", async () => {
  const client = connect(await bus());
  const sender = client.createSender("work");
  const batch = await sender.createMessageBatch();
  expect(batch.maxSizeInBytes).toBe(256 * 1024);
  for (let n = 0; n < 20; n += 1) batch.tryAddMessage({ body: n, messageId: `m${n}` });
  await sender.sendMessages(batch);

  const receiver = client.createReceiver("work");
  const received = await receiver.receiveMessages(20, { maxWaitTimeInMs: 5_000 });

  expect(received.map(({ body }) => body)).toEqual(Array.from({ length: 20 }, (_, n) => n));
});

test("a message of almost 256 KiB arrives, a larger one is refused", async () => {
  const client = connect(await bus());
  const sender = client.createSender("work");
  const big = Buffer.alloc(250_000, 7);
  await sender.sendMessages({ body: big });
  const message = await one(client.createReceiver("work"));
  expect(Buffer.compare(Buffer.from(message.body), big)).toBe(0);
  const tooBig = sender.sendMessages({ body: Buffer.alloc(300_000) });
  expect(await codeOf(tooBig)).toBe("MessageSizeExceeded");
});

test("an unknown entity is not found, for sender, receiver and management", async () => {
  const client = connect(await bus());
  const receiver = client.createReceiver("nowhere");
  expect(await codeOf(client.createSender("nowhere").sendMessages({ body: 1 }))).toBe(
    "MessagingEntityNotFound",
  );
  expect(await codeOf(receiver.receiveMessages(1))).toBe("MessagingEntityNotFound");
  expect(await codeOf(receiver.peekMessages(1))).toBe("MessagingEntityNotFound");
});

test("a wrong key is unauthorized", async () => {
  const local = await bus();
  const { ServiceBusConnection } = local.settings;
  const forged = {
    ...local,
    settings: {
      ServiceBusConnection: ServiceBusConnection.replace(
        /SharedAccessKey=[^;]+/,
        "SharedAccessKey=x",
      ),
    },
  };
  const send = connect(forged).createSender("work").sendMessages({ body: 1 });
  expect(await codeOf(send)).toBe("UnauthorizedAccess");
  expect(local.entity("work").active).toBe(0);
});

const detecting = (duplicateDetectionHistoryTimeWindow: string) =>
  topology({
    queues: [
      { name: "work", requiresDuplicateDetection: true, duplicateDetectionHistoryTimeWindow },
    ],
  });

test("duplicates within the window are accepted and dropped", async () => {
  const local = await bus({ topology: detecting("PT1M") });
  const sender = connect(local).createSender("work");
  await sender.sendMessages({ body: 1, messageId: "same" });
  await sender.sendMessages({ body: 2, messageId: "same" });
  await sender.sendMessages([
    { body: 3, messageId: "other" },
    { body: 4, messageId: "other" },
  ]);
  expect(local.entity("work").active).toBe(2);
  expect(local.counts()).toMatchObject({ sent: 2, duplicates: 2 });
});

test("an id may be used again once the window has passed", async () => {
  const local = await bus({ topology: detecting("PT0.3S") });
  const client = connect(local);
  const sender = client.createSender("work");
  await sender.sendMessages({ body: 1, messageId: "same" });
  const receiver = client.createReceiver("work");
  await receiver.completeMessage(await one(receiver));
  // Two looks of 150 ms each, and the window is over.
  expect(await none(receiver)).toBe(true);
  expect(await none(receiver)).toBe(true);
  await sender.sendMessages({ body: 2, messageId: "same" });
  expect((await one(receiver)).body).toBe(2);
});

test("time to live: an expired message is dead-lettered where the entity says so", async () => {
  const local = await bus({
    topology: topology({ queues: [{ name: "work", deadLetteringOnMessageExpiration: true }] }),
  });
  const client = connect(local);
  await client.createSender("work").sendMessages({ body: "stale", timeToLive: 50 });
  const dead = await one(client.createReceiver("work", { subQueueType: "deadLetter" }));
  expect(dead).toMatchObject({ body: "stale", deadLetterReason: "TTLExpiredException" });
  expect(local.entity("work").active).toBe(0);
});

test("time to live: the entity's default is the limit, and without dead-lettering the message vanishes", async () => {
  const local = await bus({
    topology: topology({ queues: [{ name: "work", defaultMessageTimeToLive: "PT1S" }] }),
  });
  const client = connect(local);
  await client.createSender("work").sendMessages({ body: 1, timeToLive: 60_000 });
  const receiver = client.createReceiver("work");
  const [peeked] = await receiver.peekMessages(1);
  expect(peeked?.expiresAtUtc?.getTime()).toBe((peeked?.enqueuedTimeUtc?.getTime() ?? 0) + 1_000);
  const graveyard = client.createReceiver("work", { subQueueType: "deadLetter" });
  expect(await graveyard.receiveMessages(1, { maxWaitTimeInMs: 1_200 })).toEqual([]);
  expect(local.entity("work")).toMatchObject({ active: 0, deadLettered: 0 });
  expect(local.counts().expired).toBe(1);
});
