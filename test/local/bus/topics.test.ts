import type { ServiceBusClient, ServiceBusRuleManager } from "@azure/service-bus";
import { expect, test } from "vitest";
import { bus, codeOf, connect, none, one, topology } from "./with-bus.ts";

const events = topology({
  topics: [
    {
      name: "events",
      requiresDuplicateDetection: true,
      subscriptions: [
        { name: "all" },
        {
          name: "granted",
          maxDeliveryCount: 1,
          rules: [{ name: "r", sqlFilter: "type IN ('consent.granted') AND sys.Label = 'c'" }],
        },
        {
          name: "mine",
          rules: [
            {
              name: "r",
              correlationFilter: { correlationId: "me", properties: { type: "consent.revoked" } },
            },
          ],
        },
      ],
    },
  ],
});

const from = (client: ServiceBusClient, subscription: string) =>
  client.createReceiver("events", subscription);

async function rulesOf(manager: ServiceBusRuleManager) {
  const rules = [];
  for await (const rule of manager.listRules()) rules.push(rule);
  return rules;
}

test("every subscription gets its own copy of what its rules let through", async () => {
  const local = await bus({ topology: events });
  const client = connect(local);
  await client.createSender("events").sendMessages([
    { body: 1, subject: "c", applicationProperties: { type: "consent.granted" } },
    { body: 2, subject: "other", applicationProperties: { type: "consent.granted" } },
    { body: 3, correlationId: "me", applicationProperties: { type: "consent.revoked" } },
    { body: 4, correlationId: "you", applicationProperties: { type: "consent.revoked" } },
  ]);

  expect(local.entity("events/Subscriptions/all").active).toBe(4);
  expect((await one(from(client, "granted"))).body).toBe(1);
  expect((await one(from(client, "mine"))).body).toBe(3);
  expect(await none(from(client, "granted"))).toBe(true);
  expect(await none(from(client, "mine"))).toBe(true);
});

test("a copy is settled for its subscription alone", async () => {
  const local = await bus({ topology: events });
  const client = connect(local);
  const type = "consent.granted";
  await client
    .createSender("events")
    .sendMessages({ body: 1, subject: "c", applicationProperties: { type } });
  const all = from(client, "all");
  const granted = from(client, "granted");

  await all.completeMessage(await one(all));
  await granted.abandonMessage(await one(granted));

  const deadLetters = client.createReceiver("events", "granted", { subQueueType: "deadLetter" });
  const dead = await one(deadLetters);
  expect(dead.deadLetterReason).toBe("MaxDeliveryCountExceeded");
  expect(dead.deadLetterSource).toBe("events/Subscriptions/granted");
  expect(local.entity("events/Subscriptions/all").active).toBe(0);
});

test("a topic detects duplicates and schedules like a queue", async () => {
  const local = await bus({ topology: events });
  const client = connect(local);
  const sender = client.createSender("events");
  await sender.sendMessages([
    { body: 1, messageId: "a" },
    { body: 2, messageId: "a" },
  ]);
  await sender.scheduleMessages({ body: 3, messageId: "b" }, new Date(Date.now() + 1_000));
  const cancelled = await sender.scheduleMessages({ body: 4 }, new Date(Date.now() + 1_000));
  expect(local.entity("events").scheduled).toBe(2);
  await sender.cancelScheduledMessages(cancelled);

  const all = from(client, "all");
  expect((await one(all)).body).toBe(1);
  expect((await one(all)).body).toBe(3);
  expect(await none(all)).toBe(true);
});

test("nothing can be received from a topic, nothing sent to a subscription", async () => {
  const client = connect(await bus({ topology: events }));
  expect(await codeOf(client.createReceiver("events").receiveMessages(1))).not.toBe("no error");
  const send = client.createSender("events/Subscriptions/all").sendMessages({ body: 1 });
  expect(await codeOf(send)).not.toBe("no error");
});

test("rules can be listed, added and removed while the bus runs", async () => {
  const local = await bus({ topology: events });
  const client = connect(local);
  const manager = client.createRuleManager("events", "all");
  const names = async () => (await rulesOf(manager)).map(({ name }) => name);
  expect(await names()).toEqual(["$Default"]);

  await manager.createRule("big", { sqlExpression: "size > 10" });
  await manager.createRule("red", { subject: "s", applicationProperties: { colour: "red" } });
  await manager.deleteRule("$Default");

  expect(await names()).toEqual(["big", "red"]);
  const [big, red] = await rulesOf(manager);
  expect(big?.filter).toEqual({ sqlExpression: "size > 10" });
  expect(red?.filter).toMatchObject({ subject: "s", applicationProperties: { colour: "red" } });
  expect(await codeOf(manager.createRule("big", { sqlExpression: "1=1" }))).toBe(
    "MessagingEntityAlreadyExists",
  );
  expect(await codeOf(manager.createRule("bad", { sqlExpression: "size >" }))).toBe("GeneralError");
  await client.createSender("events").sendMessages([
    { body: 1, applicationProperties: { size: 11 } },
    { body: 2, applicationProperties: { size: 10 } },
    { body: 3, subject: "s", applicationProperties: { colour: "red" } },
  ]);
  const received = await from(client, "all").receiveMessages(3, { maxWaitTimeInMs: 200 });
  expect(received.map(({ body }) => body)).toEqual([1, 3]);
});
