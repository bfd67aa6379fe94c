import { once } from "node:events";
import { createServer } from "node:http";
import { ServiceBusClient, type ServiceBusMessage } from "@azure/service-bus";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import * as z from "zod";
import { type LocalBus, startBus } from "../../../infra/local/bus/start.ts";
import type { HostHandle } from "../../../infra/local/host/spawn.ts";
import { Topology } from "../../../infra/topology.ts";
import { eventually } from "../../support/eventually.ts";
import { buildFixture, showLogsOnFailure, startFixtureHost } from "../../support/fixture-host.ts";
import { createWatchTap } from "../../support/watch-tap.ts";

const topology = Topology.parse({
  queues: [{ name: "work", maxDeliveryCount: 3, lockDuration: "PT3S" }],
  topics: [{ name: "events", subscriptions: [{ name: "all" }] }],
  tables: [],
});

const tap = createWatchTap();

let folder: string;
let bus: LocalBus;
let host: HostHandle;

const startHost = () => startFixtureHost(folder, { ...bus.settings, WORK_QUEUE: "work" });

/** Over a connection of its own: the SDK can hang on one that the outage has just cut. */
const send = async (
  messages: ServiceBusMessage | ServiceBusMessage[],
  entity = "work",
): Promise<void> => {
  const client = new ServiceBusClient(bus.settings.ServiceBusConnection);
  await client.createSender(entity).sendMessages(messages);
  await client.close();
};

/** What the function logged about the message it was given. */
const logged = (invocationId: string) => {
  const line = host.logs().find((text) => text.includes(invocationId)) ?? "";
  return JSON.parse(line.slice(line.indexOf("{"))) as {
    message: unknown;
    metadata: Record<string, unknown>;
  };
};

/** Sends a message and waits until it has been worked on and completed. @returns what the function logged of it */
const work = async (message: ServiceBusMessage) => {
  const completed = tap.next("complete work");
  const ended = host.nextInvocation("work");
  await send(message);
  const { invocationId } = await ended;
  await completed;
  return logged(invocationId);
};

beforeAll(async () => {
  folder = await buildFixture(new URL("fixtures/service-bus.ts", import.meta.url));
  bus = await startBus({ port: 0, dataFile: ":memory:", topology, tap });
  host = await startHost();
});
beforeEach(showLogsOnFailure);
afterAll(async () => {
  await bus.stop();
});

describe("one message", () => {
  it("comes parsed, with its metadata", async () => {
    const completed = tap.next("complete work");
    const ended = host.nextInvocation("work");
    await send({
      messageId: "m1",
      correlationId: "c1",
      subject: "consent.requested",
      contentType: "application/json",
      applicationProperties: {
        version: 1,
        "Diagnostic-Id": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
      },
      body: { clientId: "7" },
    });
    const { invocationId } = await ended;
    await completed;
    expect(logged(invocationId)).toEqual({
      message: { clientId: "7" },
      metadata: expect.objectContaining({
        messageId: "m1",
        correlationId: "c1",
        subject: "consent.requested",
        contentType: "application/json",
        deliveryCount: 1,
        sequenceNumber: expect.any(Number),
        enqueuedTimeUtc: expect.stringMatching(/^\d{4}-.*Z$/),
        lockToken: expect.stringMatching(/^[0-9a-f-]{36}$/),
        applicationProperties: expect.objectContaining({ version: 1 }),
      }),
    });
  });

  it.each([
    ["12345", 12345],
    ["true", true],
    ["null", null],
    ["c0ffee", "c0ffee"],
  ])(
    "with the id %s has %j in its metadata: the library takes text for JSON",
    async (messageId, seen) => {
      const { metadata } = await work({ messageId, body: "plain text" });
      expect(metadata).toHaveProperty("messageId", seen);
    },
  );

  it("without a subject or a correlation has none of them in its metadata", async () => {
    const { metadata } = await work({ body: "plain text" });
    expect(metadata).toHaveProperty("sequenceNumber");
    for (const name of ["subject", "label", "correlationId", "replyTo", "sessionId"]) {
      expect(metadata).not.toHaveProperty(name);
    }
  });

  it("whose bytes are no UTF-8 comes as text with replacement characters", async () => {
    const { message } = await work({ body: Buffer.from([0x61, 0xff, 0x62]) });
    expect(message).toBe("a\uFFFDb");
  });

  it("is completed when the function returns", async () => {
    const completed = tap.next("complete work");
    const ended = host.nextInvocation("work");
    await send({ body: "plain text" });
    const { invocationId } = await ended;
    expect(logged(invocationId).message).toBe("plain text");
    await completed;
    expect(bus.entity("work").active).toBe(0);
  });

  it("comes again with a higher delivery count when the function throws", async () => {
    const first = host.nextInvocation("work");
    await send({ body: "fails once" });
    expect((await first).succeeded).toBe(false);
    const second = await host.nextInvocation("work");
    expect(second.succeeded).toBe(true);
    expect(logged(second.invocationId).metadata["deliveryCount"]).toBe(2);
  });

  it("is dead-lettered by the broker after its last delivery", async () => {
    await send({ messageId: "poison", body: "always fails" });
    const client = new ServiceBusClient(bus.settings.ServiceBusConnection);
    const receiver = client.createReceiver("work", { subQueueType: "deadLetter" });
    const [dead] = await receiver.receiveMessages(1, { maxWaitTimeInMs: 10_000 });
    expect(dead).toMatchObject({
      messageId: "poison",
      deadLetterReason: "MaxDeliveryCountExceeded",
    });
    await client.close();
  });
});

it("listens to a topic's subscription", async () => {
  const ended = host.nextInvocation("decisions");
  await send({ body: { state: "granted" } }, "events");
  expect(logged((await ended).invocationId).message).toEqual({ state: "granted" });
});

it("finds the bus again after an outage, by itself", async () => {
  await bus.setDown(true);
  await bus.setDown(false);
  const ended = host.nextInvocation("work");
  await send({ body: "after the outage" });
  expect(logged((await ended).invocationId).message).toBe("after the outage");
});

describe("a message that is worked on for long", () => {
  it("is kept locked meanwhile", async () => {
    await using held = await holding(async () => {
      for (let times = 0; times < 3; times += 1) await tap.next("renew work");
      return true;
    });
    await send({ body: { until: held.url } });
    await eventually(
      () => bus.entity("work").active,
      (active) => active === 0,
    );
    expect(held.asked()).toBe(1);
  });

  it("comes again when its lock has run out, if it could not be given back during an outage", async () => {
    const sent = Promise.withResolvers<void>();
    await using held = await holding(async (time) => {
      await sent.promise;
      if (time === 1) await bus.setDown(true);
      return time > 1;
    });
    await send({ messageId: "held", body: { until: held.url } });
    sent.resolve();
    await eventually(
      () => host.logs().some((line) => line.includes("Message held was not settled")),
      (isLost) => isLost,
    );
    await bus.setDown(false);
    // Long before the host would have ended the renewal of a message that it works on.
    await eventually(held.asked, (times) => times === 2);
  });
});

/** Answers the function that works on a message, and so ends its work, well or not, when `decide` has. */
async function holding(decide: (time: number) => Promise<boolean>) {
  let asked = 0;
  const server = createServer(async (_, response) => {
    asked += 1;
    response.writeHead((await decide(asked)) ? 200 : 500).end();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = z.object({ port: z.number() }).parse(server.address());
  return {
    url: `http://127.0.0.1:${port}`,
    asked: () => asked,
    [Symbol.asyncDispose]: async () => {
      await bus.setDown(false);
      server.close();
    },
  };
}

describe("two hosts", () => {
  it("share one queue: each message is worked on once, also when one host is stopped meanwhile", async () => {
    const other = await startHost();
    const bodies: string[] = [];
    let hasJoined = false;
    const joined = other.nextInvocation("work").then(() => {
      hasJoined = true;
    });
    // The first host may have taken all that is there before the other one listens.
    while (!hasJoined) {
      const next = Array.from({ length: 40 }, (_, index) => `m${bodies.length + index}`);
      bodies.push(...next);
      await send(next.map((body) => ({ body })));
    }
    await joined;
    other.kill("SIGTERM");
    expect(await other.exited).toBe(0);
    const worked = (each: HostHandle) =>
      each.logs().flatMap((line) => /"message":"(m\d+)"/.exec(line)?.[1] ?? []);
    // A host's lines come by another way than word of its invocations, and may be later.
    const seen = await eventually(
      () => [...worked(host), ...worked(other)],
      ({ length }) => length >= bodies.length,
    );
    expect(seen).toHaveLength(bodies.length);
    expect(new Set(seen)).toEqual(new Set(bodies));
  });
});
