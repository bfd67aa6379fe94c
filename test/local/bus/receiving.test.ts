import type { ServiceBusReceivedMessage } from "@azure/service-bus";
import { expect, test } from "vitest";
import { bus, connect, none, one } from "./with-bus.ts";

test("two competing receivers share the messages and none is delivered twice", async () => {
  const local = await bus();
  const [first, second] = [connect(local), connect(local)];
  const seen: unknown[] = [];
  const done = Promise.withResolvers<void>();
  const listen = (client: typeof first) => {
    const mine: unknown[] = [];
    client.createReceiver("work").subscribe(
      {
        processMessage: async ({ body }: ServiceBusReceivedMessage) => {
          mine.push(body);
          seen.push(body);
          if (seen.length === 40) done.resolve();
        },
        processError: async ({ error }) => done.reject(error),
      },
      { maxConcurrentCalls: 4 },
    );
    return mine;
  };
  const shares = [listen(first), listen(second)];
  const sent = Array.from({ length: 40 }, (_, n) => n);
  const sender = first.createSender("work");
  await Promise.all(sent.map((body) => sender.sendMessages({ body })));
  await done.promise;

  expect(new Set(seen).size).toBe(40);
  for (const share of shares) expect(share.length).toBeGreaterThan(0);
});

test("a receiver that waits gets the message as soon as it is sent", async () => {
  const client = connect(await bus());
  const coming = one(client.createReceiver("work"));
  await client.createSender("work").sendMessages({ body: "now" });
  expect((await coming).body).toBe("now");
});

test("a short receive returns promptly with what there is, again and again on the same link", async () => {
  const local = await bus();
  const client = connect(local);
  const sender = client.createSender("work");
  const receiver = client.createReceiver("work");
  expect(await none(receiver)).toBe(true);
  const rounds: number[] = [];
  for (let round = 0; round < 5; round += 1) {
    await sender.sendMessages({ body: round });
    const started = performance.now();
    const received = await receiver.receiveMessages(10, {
      maxWaitTimeInMs: 100,
    });
    rounds.push(performance.now() - started);
    expect(received.map(({ body }) => body)).toEqual([round]);
    for (const message of received) await receiver.completeMessage(message);
  }
  // 100 ms of waiting for more; a drain that is not answered adds the SDK's 200 ms to every round and closes the link.
  expect(Math.min(...rounds)).toBeLessThan(280);
  expect(local.entity("work").active).toBe(0);
});

test("messages are delivered in the order in which they were sent", async () => {
  const client = connect(await bus());
  const sender = client.createSender("work");
  const sent = Array.from({ length: 100 }, (_, n) => n);
  await Promise.all(sent.map((body) => sender.sendMessages({ body })));
  const received = await client.createReceiver("work").receiveMessages(100);
  expect(received.map(({ body }) => body)).toEqual(sent);
});

test.each(["peekLock", "receiveAndDelete"] as const)(
  "%s: more messages than one session's window get through one link",
  async (receiveMode) => {
    const local = await bus();
    const client = connect(local);
    const sender = client.createSender("work");
    const total = 3_000;
    for (let sent = 0; sent < total; sent += 500) {
      await sender.sendMessages(Array.from({ length: 500 }, (_, n) => ({ body: sent + n })));
    }
    const receiver = client.createReceiver("work", { receiveMode });
    const bodies: unknown[] = [];
    while (bodies.length < total) {
      const received = await receiver.receiveMessages(500, { maxWaitTimeInMs: 5_000 });
      bodies.push(...received.map(({ body }) => body));
      if (receiveMode === "receiveAndDelete") continue;
      await Promise.all(received.map((message) => receiver.completeMessage(message)));
    }
    expect(bodies).toEqual(Array.from({ length: total }, (_, n) => n));
    expect(local.entity("work").active).toBe(0);
  },
);
