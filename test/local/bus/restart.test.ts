import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { ServiceBusClient } from "@azure/service-bus";
import { afterEach, beforeEach, expect, test } from "vitest";
import * as z from "zod";
import { topology } from "./restart-topology.ts";
import { bus, connect, none, one } from "./with-bus.ts";

let folder = "";
const dataFile = () => join(folder, "bus.db");

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "bus-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const restarted = () => bus({ dataFile: dataFile(), topology });

test("a restart keeps every message in its state, the ids it has seen and the key", async () => {
  const before = await restarted();
  const client = connect(before);
  const sender = client.createSender("work");
  await sender.sendMessages(
    ["deferred", "dead", "abandoned", "locked", "done"].map((body) => ({ body, messageId: body })),
  );
  await sender.scheduleMessages({ body: "scheduled" }, new Date(Date.now() + 2_500));
  const receiver = client.createReceiver("work");
  const [deferred, dead, abandoned, , done] = await receiver.receiveMessages(5);
  if (!deferred || !dead || !abandoned || !done) throw new Error("five messages were sent");
  await receiver.deferMessage(deferred);
  await receiver.deadLetterMessage(dead);
  await receiver.abandonMessage(abandoned);
  await receiver.completeMessage(done);
  await before.stop();

  const after = await restarted();

  expect(after.entity("work")).toEqual({ active: 2, scheduled: 1, deferred: 1, deadLettered: 1 });
  const key = (settings: string) => /SharedAccessKey=([^;]+)/.exec(settings)?.[1];
  expect(key(after.settings.ServiceBusConnection)).toBe(key(before.settings.ServiceBusConnection));
  const again = connect(after);
  await again.createSender("work").sendMessages({ body: "twice", messageId: "done" });
  const next = again.createReceiver("work");
  const received = [await one(next), await one(next), await one(next)];
  expect(received.map(({ body, deliveryCount }) => [body, deliveryCount])).toEqual([
    ["abandoned", 1],
    ["locked", 0],
    ["scheduled", 0],
  ]);
  const [found] = await next.receiveDeferredMessages(deferred.sequenceNumber ?? []);
  expect(found?.body).toBe("deferred");
});

test("a killed bus loses nothing that it had accepted", async () => {
  const script = fileURLToPath(new URL("./bus-process.ts", import.meta.url));
  const child = spawn(process.execPath, [script, dataFile()], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [output] = z.tuple([z.instanceof(Buffer)]).parse(await once(child.stdout, "data"));
  const { ServiceBusConnection } = z
    .object({ ServiceBusConnection: z.string() })
    .parse(JSON.parse(output.toString()));
  const client = new ServiceBusClient(ServiceBusConnection, {
    retryOptions: { maxRetries: 0, timeoutInMs: 1_000 },
  });
  const [work, events] = [client.createSender("work"), client.createSender("events")];
  const accepted: number[] = [];
  const stream = async () => {
    for (let n = 0; ; n += 1) {
      await work.sendMessages({ body: n, messageId: `m${n}` });
      await events.sendMessages({ body: n });
      accepted.push(n);
      if (n === 50) child.kill("SIGKILL");
    }
  };
  await expect(stream()).rejects.toThrow();
  await client.close();

  const after = await restarted();

  const receiver = connect(after).createReceiver("work", { receiveMode: "receiveAndDelete" });
  const received = await receiver.receiveMessages(500, { maxWaitTimeInMs: 500 });
  // The last one may have been taken without the sender knowing.
  expect(received.map(({ body }) => body).slice(0, accepted.length)).toEqual(accepted);
  expect(received.length - accepted.length).toBeLessThanOrEqual(1);
  for (const name of ["a", "b"]) {
    const { active } = after.entity(`events/Subscriptions/${name}`);
    expect(active).toBeGreaterThanOrEqual(accepted.length);
    expect(active).toBeLessThanOrEqual(accepted.length + 1);
  }
  expect(await none(receiver)).toBe(true);
});

test("rules changed at run time are kept", async () => {
  const before = await restarted();
  const manager = connect(before).createRuleManager("events", "a");
  await manager.deleteRule("$Default");
  await before.stop();

  const after = await restarted();

  await connect(after).createSender("events").sendMessages({ body: 1 });
  expect(after.entity("events/Subscriptions/a").active).toBe(0);
  expect(after.entity("events/Subscriptions/b").active).toBe(1);
});
