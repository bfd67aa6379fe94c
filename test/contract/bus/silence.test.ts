import { once } from "node:events";
import { connect, createServer, type Server, type Socket } from "node:net";
import { afterEach, beforeAll, describe, expect, test } from "vitest";
import { type LocalBus, startBus } from "../../../infra/local/bus/start.ts";
import { openTap, type Tap } from "../../../infra/local/tap.ts";
import { readTopology } from "../../../infra/topology.ts";
import { BusRefused } from "../../../shared/adapters/bus/bus-refused.ts";
import { checkEntities } from "../../../shared/adapters/bus/check-entities.ts";
import { type Bus, openBus } from "../../../shared/adapters/bus/connect.ts";
import { busSender } from "../../../shared/adapters/bus/sender.ts";
import { withDeadline } from "../../../shared/base/deadline.ts";

/** What the bus's adapters make of a bus that is silent, broken, or without what they need. */

const undo: (() => unknown)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});
beforeAll(async () => {
  // The SDK is loaded here: the deadlines below are about the bus.
  await import("../../../shared/adapters/bus/sdk.ts");
});

const ANY_KEY =
  "Endpoint=sb://127.0.0.1;SharedAccessKeyName=k;SharedAccessKey=dg==;UseDevelopmentEmulator=true;";

/** @param like a connection string, to be used on another port */
async function openOn(port: number, like = ANY_KEY): Promise<Bus> {
  const connectionString = like.replace(/sb:\/\/[^;]+/, `sb://127.0.0.1:${port}`);
  const bus = openBus({ kind: "connectionString", connectionString });
  undo.push(() => bus.close());
  await bus.client();
  return bus;
}

/** A server that answers every connection with that, and nothing more. */
async function mute(greeting: Buffer): Promise<{ port: number; sockets: Set<Socket> }> {
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => socket.destroy());
    socket.once("close", () => sockets.delete(socket));
    // Read, or the end of the connection would not be seen.
    socket.resume();
    if (greeting.length > 0) socket.write(greeting);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  undo.push(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("No port");
  return { port: address.port, sockets };
}

async function local(tap: Tap = openTap): Promise<{ local: LocalBus; bus: Bus }> {
  const started = await startBus({ port: 0, dataFile: ":memory:", topology: readTopology(), tap });
  undo.push(() => started.stop());
  const bus = openBus({
    kind: "connectionString",
    connectionString: started.settings.ServiceBusConnection,
  });
  undo.push(() => bus.close());
  await bus.client();
  return { local: started, bus };
}

/** A way to the bus that is cut when those bytes pass. */
async function between(target: number) {
  let fatal: Buffer | undefined;
  const server = createServer((near) => {
    const far = connect(target, "127.0.0.1");
    for (const socket of [near, far]) socket.on("error", () => socket.destroy());
    near.on("data", (bytes: Buffer) => {
      if (fatal && bytes.includes(fatal)) {
        fatal = undefined;
        near.destroy();
        far.destroy();
      } else far.write(bytes);
    });
    far.pipe(near);
    near.once("close", () => far.destroy());
    far.once("close", () => near.destroy());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("No port");
  return {
    port: address.port,
    cutNext: (text: string) => {
      fatal = Buffer.from(text);
    },
    stop: () => server.close(),
  };
}

const failure = (asked: Promise<unknown>): Promise<unknown> =>
  asked.then(
    () => new Error("It has succeeded"),
    (error: unknown) => error,
  );
const tomorrow = new Date(Date.now() + 86_400_000);

/** The one that the client begins with: of the layer that signs in. */
const AMQP_HEADER = Buffer.from("AMQP\u0003\u0001\u0000\u0000", "latin1");

const SILENT = [
  ["accepts and never answers", Buffer.alloc(0)],
  ["answers the AMQP header only", AMQP_HEADER],
] as const;

describe.each(SILENT)("A bus that %s", (_, greeting) => {
  test.each([
    ["send", "unknown", (bus: Bus) => busSender(bus, "consent").send({ body: 1 })],
    ["sendAll", "unknown", (bus: Bus) => busSender(bus, "consent").sendAll([{ body: 1 }])],
    [
      "schedule",
      "unknown",
      (bus: Bus) => busSender(bus, "consent").schedule([{ body: 1 }], tomorrow),
    ],
    ["ready", "no", (bus: Bus) => busSender(bus, "consent").ready()],
    ["the check", "no", (bus: Bus) => checkEntities(bus, ["consent", "operations"])],
  ] as const)(
    "keeps %s waiting no longer than the deadline",
    async (_name, executed, ask: (bus: Bus) => Promise<unknown>) => {
      const { port } = await mute(greeting);
      const bus = await openOn(port);
      const began = performance.now();

      const error = await failure(withDeadline(150, () => ask(bus)));

      expect(error).toMatchObject({ service: "bus", executed });
      expect(performance.now() - began).toBeLessThan(1_000);
    },
  );
});

test("A bus that is silent in either way keeps nobody waiting longer than 3 s, by two connections", async () => {
  await Promise.all(
    SILENT.map(async ([how, greeting]) => {
      const { port, sockets } = await mute(greeting);
      const bus = await openOn(port);
      const began = performance.now();

      const error = await failure(busSender(bus, "consent").send({ body: 1 }));

      const took = performance.now() - began;
      expect(error, how).toMatchObject({ service: "bus", executed: "unknown" });
      expect(took, how).toBeGreaterThan(2_900);
      expect(took, how).toBeLessThan(3_500);
      expect(sockets.size, how).toBe(2);
      // Neither of them stays open behind our back.
      await Promise.all([...sockets].map((socket) => once(socket, "close")));
    }),
  );
});

test("nothing is sent when the deadline is over", async () => {
  const { port, sockets } = await mute(Buffer.alloc(0));
  const bus = await openOn(port);

  const error = await failure(withDeadline(0, () => busSender(bus, "consent").send({ body: 1 })));

  expect(error).toMatchObject({ service: "bus", executed: "no" });
  expect(sockets.size).toBe(0);
});

/** Without a bound and a new client the SDK waits for its answer for a minute, and every other send on that client with it. */
test("a message gets through a cut while signing in, and the next one at once", async () => {
  const { local: started } = await local();
  const { port, cutNext, stop } = await between(started.port);
  undo.push(stop);
  const bus = await openOn(port, started.settings.ServiceBusConnection);
  const sender = busSender(bus, "consent");
  cutNext("put-token");
  const began = performance.now();

  await sender.send({ body: 1, messageId: "1" });
  const first = performance.now() - began;
  await sender.send({ body: 2, messageId: "2" });

  expect(first).toBeLessThan(2_500);
  expect(performance.now() - began - first).toBeLessThan(500);
  expect(started.entity("consent").active).toBe(2);
});

test("a message gets through a cut of an open link, once", async () => {
  const { local: started, bus } = await local();
  const sender = busSender(bus, "consent");
  await sender.send({ body: 1, messageId: "1" });

  await started.setDown(true);
  await started.setDown(false);
  await sender.send({ body: 2, messageId: "2" });

  expect(started.entity("consent").active).toBe(2);
});

test("a bus that was down or hung is used again as soon as it is back", async () => {
  const { local: started, bus } = await local();
  const sender = busSender(bus, "consent");
  await sender.ready();

  await started.setDown(true);
  expect(await failure(sender.send({ body: 1 }))).toMatchObject({ service: "bus" });
  await started.setDown(false);
  await sender.send({ body: 2 });

  started.setHanging(true);
  expect(await failure(checkEntities(await openOn(started.port), ["consent"]))).toMatchObject({
    service: "bus",
    executed: "no",
  });
  started.setHanging(false);
  await sender.send({ body: 3 });

  expect(started.entity("consent").active).toBe(2);
});

describe("What only an operator can mend is named:", () => {
  test("a queue that is missing", async () => {
    const { bus } = await local();
    const sender = busSender(bus, "nowhere");

    for (const ask of [
      () => sender.send({ body: 1 }),
      () => sender.ready(),
      () => sender.schedule([{ body: 1 }], tomorrow),
      () => checkEntities(bus, ["consent", "nowhere", "client-events"]),
    ]) {
      const error = await failure(ask());
      expect(error).toBeInstanceOf(BusRefused);
      expect(error).toMatchObject({ reason: "missing", entity: "nowhere" });
      expect(String(error)).toContain('"nowhere"');
    }
    await checkEntities(bus, ["consent", "operations", "client-events"]);
  });

  test("a key or role that is not ours", async () => {
    const { local: started } = await local();
    const bus = await openOn(started.port);

    const error = await failure(busSender(bus, "consent").send({ body: 1 }));

    expect(error).toMatchObject({ reason: "forbidden", entity: "consent" });
  });

  test("a message that is too large, alone or with others", async () => {
    const { bus } = await local();
    const sender = busSender(bus, "consent");
    const large = { body: "x".repeat(150_000) };

    for (const ask of [
      () => sender.send({ body: "x".repeat(300_000) }),
      () => sender.sendAll([large, large]),
    ])
      expect(await failure(ask())).toMatchObject({ reason: "too-large", entity: "consent" });
    await sender.send(large);
  });
});
