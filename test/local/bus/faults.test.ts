import { expect, test } from "vitest";
import type { RemoteCall, Tap, Verdict } from "../../../infra/local/tap.ts";
import { bus, codeOf, connect, none, one, topology } from "./with-bus.ts";

/** Cuts the first call of that name, at that moment; everything else passes. */
function cutOnce(moment: "before" | "after", name: string): Tap & { readonly calls: string[] } {
  const calls: string[] = [];
  let armed = true;
  const verdict =
    (at: string) =>
    async (call: RemoteCall): Promise<Verdict> => {
      if (at === "before") calls.push(call.name);
      if (!armed || at !== moment || call.name !== name) return "pass";
      armed = false;
      return "cut";
    };
  return { calls, before: verdict("before"), after: verdict("after") };
}

/** The SDK notices a cut connection only by its time-out for what was under way. */
const timeoutInMs = 1_000;
const patient = { retryOptions: { maxRetries: 5, retryDelayInMs: 50, timeoutInMs } };
const oneTry = { retryOptions: { maxRetries: 0, timeoutInMs } };

test("a send that is cut before it is taken changes nothing; the retry succeeds once", async () => {
  const tap = cutOnce("before", "send work");
  const local = await bus({ tap });
  const client = connect(local, patient);
  await client.createSender("work").sendMessages({ body: 1 });
  expect(tap.calls).toEqual(["send work", "send work"]);
  expect(local.entity("work").active).toBe(1);
});

test("a send that is cut after it was taken is doubled by the retry", async () => {
  const local = await bus({ tap: cutOnce("after", "send work") });
  await connect(local, patient).createSender("work").sendMessages({ body: 1 });
  expect(local.entity("work").active).toBe(2);
});

test("… unless the entity detects duplicates", async () => {
  const queues = [{ name: "work", requiresDuplicateDetection: true }];
  const local = await bus({ tap: cutOnce("after", "send work"), topology: topology({ queues }) });
  await connect(local, patient).createSender("work").sendMessages({ body: 1, messageId: "m" });
  expect(local.entity("work").active).toBe(1);
});

test("a complete that is cut before leaves the message, cut after removes it", async () => {
  for (const [moment, left] of [
    ["before", 1],
    ["after", 0],
  ] as const) {
    const local = await bus({ tap: cutOnce(moment, "complete work") });
    const client = connect(local, oneTry);
    await client.createSender("work").sendMessages({ body: 1 });
    const receiver = client.createReceiver("work");
    const message = await one(receiver);
    const disconnected = codeOf(receiver.completeMessage(message));
    // The client cannot know; what counts is what the bus kept.
    expect(await disconnected).not.toBe("no error");
    expect(local.entity("work").active).toBe(left);
  }
});

test("every verb passes the tap by its name", async () => {
  const names: string[] = [];
  const note = async ({ name }: RemoteCall): Promise<Verdict> => {
    names.push(name);
    return "pass";
  };
  const client = connect(await bus({ tap: { before: note, after: async () => "pass" } }));
  const sender = client.createSender("work");
  await sender.sendMessages([{ body: 1 }, { body: 2 }]);
  await sender.cancelScheduledMessages(
    await sender.scheduleMessages({ body: 3 }, new Date(Date.now() + 60_000)),
  );
  const receiver = client.createReceiver("work");
  await receiver.abandonMessage(await one(receiver));
  const first = await one(receiver);
  await receiver.renewMessageLock(first);
  await receiver.deferMessage(first);
  const [deferred] = await receiver.receiveDeferredMessages(first.sequenceNumber ?? []);
  if (deferred) await receiver.completeMessage(deferred);
  await receiver.peekMessages(1);
  await receiver.deadLetterMessage(await one(receiver));
  const dead = client.createReceiver("work", { subQueueType: "deadLetter" });
  await dead.completeMessage(await one(dead));
  expect(names).toEqual([
    "send work",
    "schedule work",
    "cancel work",
    "abandon work",
    "renew work",
    "defer work",
    "receive-deferred work",
    "complete work",
    "peek work",
    "dead-letter work",
    "complete work/$DeadLetterQueue",
  ]);
});

test("a call held in the tap holds its link in order, and nobody else", async () => {
  const gate = Promise.withResolvers<void>();
  const reached = Promise.withResolvers<void>();
  let first = true;
  const tap: Tap = {
    before: async () => {
      if (!first) return "pass";
      first = false;
      reached.resolve();
      await gate.promise;
      return "pass";
    },
    after: async () => "pass",
  };
  const local = await bus({ tap });
  const [held, free] = [connect(local), connect(local)];
  const heldSender = held.createSender("work");
  const slow = heldSender.sendMessages({ body: "slow" });
  await reached.promise;
  const behind = heldSender.sendMessages({ body: "behind" });
  await free.createSender("work").sendMessages({ body: "free" });
  const receiver = free.createReceiver("work");
  expect((await one(receiver)).body).toBe("free");
  expect(await none(receiver)).toBe(true);

  gate.resolve();
  await Promise.all([slow, behind]);

  expect((await one(receiver)).body).toBe("slow");
  expect((await one(receiver)).body).toBe("behind");
});

test("down: clients lose their connection and find the same data at the same port afterwards", async () => {
  const local = await bus();
  const client = connect(local, patient);
  await client.createSender("work").sendMessages({ body: "before" });

  await local.setDown(true);
  await local.setDown(true);
  const away = connect(local).createSender("work").sendMessages({ body: "lost" });
  expect(await codeOf(away)).not.toBe("no error");
  await local.setDown(false);
  await local.setDown(false);

  const receiver = client.createReceiver("work");
  expect((await one(receiver)).body).toBe("before");
  await client.createSender("work").sendMessages({ body: "after" });
  expect((await one(receiver)).body).toBe("after");
});

test("down: a subscriber goes on by itself when the bus is back", async () => {
  const local = await bus();
  const client = connect(local, patient);
  const got = Promise.withResolvers<unknown>();
  const lost = Promise.withResolvers<void>();
  client.createReceiver("work").subscribe({
    processMessage: async ({ body }) => got.resolve(body),
    processError: async () => lost.resolve(),
  });
  await client.createSender("work").sendMessages({ body: "first" });
  expect(await got.promise).toBe("first");

  await local.setDown(true);
  await lost.promise;
  await local.setDown(false);
  const next = Promise.withResolvers<unknown>();
  got.resolve = next.resolve;
  await connect(local).createSender("work").sendMessages({ body: "second" });

  expect(await next.promise).toBe("second");
});

test("a busy port is EADDRINUSE", async () => {
  const local = await bus();
  expect(await codeOf(bus({ port: local.port }))).toBe("EADDRINUSE");
});

test("reset forgets all, and those who are connected stay so", async () => {
  const local = await bus();
  const client = connect(local);
  const sender = client.createSender("work");
  await sender.sendMessages([{ body: 1 }, { body: 2, scheduledEnqueueTimeUtc: new Date(2e12) }]);
  await local.reset();
  expect(local.entity("work")).toEqual({ active: 0, scheduled: 0, deferred: 0, deadLettered: 0 });
  expect(local.counts().sent).toBe(0);
  await sender.sendMessages({ body: 3 });
  const message = await one(connect(local).createReceiver("work"));
  expect(message.sequenceNumber?.toNumber()).toBe(1);
});
