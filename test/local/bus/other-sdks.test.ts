import { once } from "node:events";
import rhea, { type Delivery, type EventContext, type Receiver } from "rhea";
import { expect, test } from "vitest";
import * as z from "zod";
import type { LocalBus } from "../../../infra/local/bus/start.ts";
import type { Tap } from "../../../infra/local/tap.ts";
import { ask, attempt, outcomes, signedIn, token } from "./raw.ts";
import { bus, connect, one } from "./with-bus.ts";

/** What Microsoft's SDKs for Python, Go and Java do differently from the one for JavaScript, frame by frame. */

const { types } = rhea;
const FIRST = 0;
const SECOND = 1;

test("sign-in without a reply-to is answered on the client's own link from $cbs, its uuid as a uuid (Python)", async () => {
  const local = await bus();
  const connection = attempt(local);
  const receiver = connection.open_receiver({ source: "$cbs", target: "$cbs" });
  const sender = connection.open_sender({ target: "$cbs", source: "$cbs" });
  await Promise.all([once(receiver, "receiver_open"), once(sender, "sendable")]);
  const id = Buffer.from("00112233445566778899aabbccddeeff", "hex");
  const answered = once(receiver, "message");
  const message = { message_id: types.wrap_uuid(id), ...token(local, "work", { type: "jwt" }) };
  sender.send(rhea.message.encode(message), "1", 0);
  const [{ message: reply }] = z
    .tuple([z.object({ message: z.looseObject({}) })])
    .parse(await answered);

  expect(reply["application_properties"]).toMatchObject({ "status-code": 202 });
  expect(reply["correlation_id"]).toEqual(id);
  const opened = once(connection.open_sender("work"), "sendable");
  await opened;
});

test("a token type that no key can have is refused in words", async () => {
  const local = await bus();
  const reply = await ask(attempt(local), "$cbs", token(local, "work", { type: "x509" }));
  expect(reply.application_properties).toMatchObject({
    "status-code": 401,
    "error-condition": "amqp:unauthorized-access",
  });
});

test("a token for an entity that is not there is answered 404, as Python's and Java's SDKs expect", async () => {
  const local = await bus();
  const reply = await ask(attempt(local), "$cbs", token(local, "nowhere"));
  expect(reply.application_properties).toMatchObject({
    "status-code": 404,
    "error-condition": "amqp:not-found",
    "status-description": "The messaging entity 'nowhere' could not be found.",
  });
});

test.each([
  ["first", FIRST],
  ["second", SECOND],
] as const)("a receiver that asks for settling in mode %s gets it (Go)", async (_name, mode) => {
  const local = await bus();
  const connection = await signedIn(local, "work");
  const receiver = connection.open_receiver({ source: "work", rcv_settle_mode: mode });
  await once(receiver, "receiver_open");
  expect(receiver.rcv_settle_mode ?? FIRST).toBe(mode);
});

/** A receiver that settles by hand, and its next deliveries. */
async function manual(local: LocalBus, count: number): Promise<Delivery[]> {
  const connection = await signedIn(local, "work");
  const receiver: Receiver = connection.open_receiver({
    source: "work",
    rcv_settle_mode: SECOND,
    credit_window: 0,
    autoaccept: false,
    autosettle: false,
  });
  const deliveries: Delivery[] = [];
  const all = Promise.withResolvers<Delivery[]>();
  receiver.on("message", ({ delivery }: EventContext) => {
    if (delivery) deliveries.push(delivery);
    if (deliveries.length === count) all.resolve(deliveries);
  });
  receiver.add_credit(count);
  return all.promise;
}

const answered = z.object({ remote_settled: z.literal(true), remote_state: z.unknown() });

/** How the bus answers a settlement. */
async function answerTo(delivery: Delivery, act: () => void) {
  const settled = new Promise<void>((resolve) => {
    const onSettled = (context: EventContext) => {
      if (context.delivery?.id !== delivery.id) return;
      delivery.link.removeListener("settled", onSettled);
      resolve();
    };
    delivery.link.on("settled", onSettled);
  });
  act();
  await settled;
  return answered.parse({ ...delivery }).remote_state;
}

/** rhea names the kind on the state's class. */
const classed = z.custom<{ constructor: { composite_type?: string } }>(Boolean);
const outcome = (state: unknown) => classed.parse(state).constructor.composite_type;

test.each([
  ["accepted", (delivery: Delivery) => delivery.update(false, outcomes.accepted().described())],
  ["released", (delivery: Delivery) => delivery.update(false, outcomes.released().described())],
  [
    "modified",
    (delivery: Delivery) =>
      delivery.update(false, outcomes.modified({ undeliverable_here: true }).described()),
  ],
  [
    "rejected",
    (delivery: Delivery) =>
      delivery.update(
        false,
        outcomes.rejected({ error: { condition: "com.microsoft:dead-letter" } }).described(),
      ),
  ],
])("the outcome %s is answered with itself, without an error (Java, Go)", async (kind, act) => {
  const local = await bus();
  await connect(local).createSender("work").sendMessages({ body: 1 });
  const [delivery] = await manual(local, 1);
  if (!delivery) throw new Error("no delivery came");
  const state = await answerTo(delivery, () => act(delivery));
  expect(outcome(state)).toBe(kind);
  expect(z.object({ error: z.unknown() }).partial().parse(state).error).toBeFalsy();
});

test("settlements that are answered in one turn are each answered with their own outcome", async () => {
  const kinds = ["modified", "accepted", "rejected"] as const;
  const gate = Promise.withResolvers<void>();
  let held = 0;
  const tap: Tap = {
    before: async ({ name }) => {
      if (name.startsWith("send")) return "pass";
      held += 1;
      if (held === kinds.length) gate.resolve();
      await gate.promise;
      return "pass";
    },
    after: async () => "pass",
  };
  const local = await bus({ tap });
  await connect(local)
    .createSender("work")
    .sendMessages([{ body: 1 }, { body: 2 }, { body: 3 }]);
  const deliveries = await manual(local, kinds.length);
  const answers = [];
  for (const [at, delivery] of deliveries.entries()) {
    const kind = kinds[at] ?? "accepted";
    const settle = () => delivery.update(false, outcomes[kind]({}).described());
    answers.push(answerTo(delivery, settle));
    // The client's own rhea writes what is settled in one turn together.
    await new Promise(setImmediate);
  }
  expect((await Promise.all(answers)).map(outcome)).toEqual(kinds);
});

test("one message that is held does not stop thousands behind it", async () => {
  const local = await bus();
  const sender = connect(local).createSender("work");
  const total = 5_000;
  for (let sent = 0; sent < total; sent += 500) {
    await sender.sendMessages(Array.from({ length: 500 }, () => ({ body: "x" })));
  }
  // The client's own session has room for them all.
  const connection = await signedIn(local, "work", { session_buffer_size: 2 * total });
  const receiver = connection.open_receiver({
    source: "work",
    rcv_settle_mode: SECOND,
    autoaccept: false,
  });
  let held: Delivery | undefined;
  let settled = 0;
  const all = Promise.withResolvers<void>();
  receiver.on("message", ({ delivery }: EventContext) => {
    held ??= delivery;
    if (delivery !== held) delivery?.update(false, outcomes.accepted().described());
  });
  receiver.on("settled", () => {
    settled += 1;
    if (settled === total - 1) all.resolve();
  });
  await all.promise;
  expect(local.counts().completed).toBe(total - 1);
});

/** The SDK hands out copies of buffers as objects of numbers. */
const bytes = (value: unknown) =>
  Buffer.from(Object.values(z.looseObject({}).parse(value)).map(Number));

/** More digits than a double has. */
const BIG = Buffer.from("1000000000000001", "hex");

test("a 64-bit number in a modified property keeps all its digits, by link and by management", async () => {
  const local = await bus();
  const client = connect(local);
  await client.createSender("work").sendMessages({ body: 1 });
  const [delivery] = await manual(local, 1);
  if (!delivery) throw new Error("no delivery came");
  const modified = outcomes.modified({ message_annotations: { big: types.wrap_long(BIG) } });
  await answerTo(delivery, () => delivery.update(false, modified.described()));

  const receiver = client.createReceiver("work");
  const again = await one(receiver);
  expect(bytes(again._rawAmqpMessage.applicationProperties?.["big"])).toEqual(BIG);

  const reply = await ask(await signedIn(local, "work"), "work/$management", {
    application_properties: { operation: "com.microsoft:update-disposition" },
    body: types.wrap_map({
      "disposition-status": "abandoned",
      "lock-tokens": types.wrap_array(
        [Buffer.from(again.lockToken?.replaceAll("-", "") ?? "", "hex")],
        0x98,
        undefined,
      ),
      "properties-to-modify": types.wrap_map({ other: types.wrap_long(BIG) }),
    }),
  });
  expect(reply.application_properties).toMatchObject({ statusCode: 200 });
  const third = await one(receiver);
  const { big, other } = third._rawAmqpMessage.applicationProperties ?? {};
  expect([big, other].map(bytes)).toEqual([BIG, BIG]);
});

test("a locked message names its lock in a delivery annotation, deferred or not (Go)", async () => {
  const local = await bus();
  const client = connect(local);
  await client.createSender("work").sendMessages({ body: 1 });
  const receiver = client.createReceiver("work");
  const message = await one(receiver);
  const tokenOf = (received: typeof message) => {
    return bytes(received._rawAmqpMessage.deliveryAnnotations?.["x-opt-lock-token"]).toString(
      "hex",
    );
  };
  expect(tokenOf(message)).toBe(message.lockToken?.replaceAll("-", ""));
  await receiver.deferMessage(message);
  const [deferred] = await receiver.receiveDeferredMessages(message.sequenceNumber ?? []);
  if (!deferred) throw new Error("the deferred message is gone");
  expect(tokenOf(deferred)).toBe(deferred.lockToken?.replaceAll("-", ""));
});
