import { once } from "node:events";
import rhea from "rhea";
import { expect, test } from "vitest";
import { ask, attempt, type Fields, request, signedIn, token, troubleOf } from "./raw.ts";
import { bus, codeOf, connect, none, one, topology } from "./with-bus.ts";

/** What a Standard namespace refuses, or this one has not: at once, and in Azure's words where they are known. */

test("a link to what is not there has no terminus, and is detached with not-found", async () => {
  const local = await bus();
  const connection = attempt(local);
  await request(connection, "$cbs", token(local, ""));
  const sender = connection.open_sender("nowhere");
  await once(sender, "sender_error");
  expect(sender.target?.address).toBeUndefined();
  const receiver = connection.open_receiver("nowhere");
  await once(receiver, "receiver_error");
  expect(receiver.source?.address).toBeUndefined();
  for (const link of [sender, receiver]) expect(troubleOf(link).condition).toBe("amqp:not-found");
});

test("a session is refused as on an entity that does not require sessions", async () => {
  const local = await bus();
  const client = connect(local);
  expect(await codeOf(client.acceptSession("work", "s"))).not.toBe("no error");
  expect(await codeOf(client.acceptNextSession("work"))).not.toBe("no error");
  const filter = { "com.microsoft:session-filter": null };
  const connection = await signedIn(local, "work");
  const receiver = connection.open_receiver({ source: { address: "work", filter } });
  await once(receiver, "receiver_error");
  expect(troubleOf(receiver)).toMatchObject({
    condition: "amqp:not-allowed",
    description: expect.stringContaining("does not require sessions"),
  });
  const reply = await ask(await signedIn(local, "work"), "work/$management", {
    application_properties: { operation: "com.microsoft:get-message-sessions" },
    body: {},
  });
  expect(reply.application_properties).toMatchObject({
    statusCode: 400,
    errorCondition: "amqp:not-allowed",
    statusDescription: expect.stringContaining("does not require sessions"),
  });
});

/** AMQP 1.0, 4.5.1: the descriptor of a coordinator in the place of a target. */
const COORDINATOR = 0x30;

test("a transaction is refused when its coordinator is attached", async () => {
  const connection = await signedIn(await bus(), "work");
  const sender = connection.create_session();
  sender.open();
  const link = sender.open_sender({ target: { address: "x" }, autosettle: true });
  const { types } = rhea;
  const coordinator = types.described(types.wrap_ulong(COORDINATOR), types.wrap_list([]));
  Object.assign(Reflect.get(link, "local").attach, { target: coordinator });
  await once(link, "sender_error");
  expect(troubleOf(link)).toEqual({
    condition: "amqp:not-implemented",
    description: "Transactions are not supported by this namespace.",
  });
});

test("sending through one entity into another is refused", async () => {
  const connection = await signedIn(await bus(), "work");
  const link = connection.open_sender({
    target: "work",
    properties: { "com.microsoft:transfer-destination-address": "other" },
  });
  await once(link, "sender_error");
  expect(troubleOf(link).condition).toBe("amqp:not-implemented");
});

test("an operation that the node does not have is refused by its name", async () => {
  const reply = await ask(await signedIn(await bus(), "work"), "work/$management", {
    application_properties: { operation: "com.microsoft:levitate" },
    body: {},
  });
  expect(reply.application_properties).toMatchObject({
    statusCode: 501,
    errorCondition: "amqp:not-implemented",
    statusDescription: "'com.microsoft:levitate' is not implemented.",
  });
});

test("management over HTTP is refused in words", async () => {
  const local = await bus();
  const answer = await fetch(
    `http://127.0.0.1:${local.port}/$Resources/Queues?api-version=2021-05`,
  );
  expect(answer.status).toBe(501);
  expect(await answer.text()).toContain("<Code>501</Code>");
});

test("links end when the token under them has expired, in Azure's words, and a new token opens new ones", async () => {
  const local = await bus();
  const connection = attempt(local);
  await request(connection, "$cbs", token(local, "work", { seconds: 2 }));
  const sender = connection.open_sender("work");
  const receiver = connection.open_receiver("work");
  await Promise.all([once(sender, "sender_error"), once(receiver, "receiver_error")]);
  for (const [link, right] of [
    [sender, "Send"],
    [receiver, "Listen"],
  ] as const) {
    const { condition, description } = troubleOf(link);
    expect(condition).toBe("amqp:link:detach-forced");
    expect(description).toContain(
      `Code: RenewToken. Details: Unauthorized access. '${right}' claim(s)`,
    );
  }
  await request(connection, "$cbs", token(local, "work"));
  await once(connection.open_sender("work"), "sendable");
});

test("links outlive a token that was renewed in time", async () => {
  const local = await bus();
  const connection = attempt(local);
  await request(connection, "$cbs", token(local, "work", { seconds: 2 }));
  const brief = connection.open_sender("work/$management");
  const kept = connection.open_sender("work");
  await once(kept, "sendable");
  await request(connection, "$cbs", token(local, "work"));
  const other = attempt(local);
  await request(other, "$cbs", token(local, "work", { seconds: 2 }));
  await once(other.open_sender("work"), "sender_error");
  expect([kept.is_open(), brief.is_open()]).toEqual([true, true]);
});

/** Sends past the checks of any SDK. @returns what the bus answered */
async function sendRaw(fields: Fields): Promise<string> {
  const local = await bus();
  const connection = await signedIn(local, "work");
  const sender = connection.open_sender("work");
  await once(sender, "sendable");
  const settled = Promise.race([once(sender, "accepted"), once(sender, "rejected")]);
  const delivery = sender.send(rhea.message.encode({ body: "x", ...fields }), "1", 0);
  await settled;
  const error: unknown = Reflect.get(Object(delivery.remote_state), "error");
  return error ? troubleOf({ error }).condition : "accepted";
}

const KB = 1024;

test.each([
  ["an id of 128 characters", { message_id: "i".repeat(128) }, "accepted"],
  ["an id of 129", { message_id: "i".repeat(129) }, "com.microsoft:argument-error"],
  ["a session id of 128", { group_id: "s".repeat(128) }, "accepted"],
  ["a session id of 129", { group_id: "s".repeat(129) }, "com.microsoft:argument-error"],
  [
    "a partition key of 129",
    { message_annotations: { "x-opt-partition-key": "p".repeat(129) } },
    "com.microsoft:argument-error",
  ],
  [
    "a property of 32 KB less its header",
    { application_properties: { p: "x".repeat(32 * KB - 5) } },
    "accepted",
  ],
  [
    "a property of more than 32 KB",
    { application_properties: { p: "x".repeat(32 * KB) } },
    "amqp:internal-error",
  ],
  [
    "properties of 60 KB",
    { application_properties: { p: "x".repeat(30 * KB), q: "x".repeat(30 * KB) } },
    "accepted",
  ],
  [
    "properties of more than 64 KB",
    {
      application_properties: {
        p: "x".repeat(30 * KB),
        q: "x".repeat(30 * KB),
        r: "x".repeat(5 * KB),
      },
    },
    "amqp:internal-error",
  ],
  ["a body of 200 KB", { body: "x".repeat(200 * KB) }, "accepted"],
  [
    "a message of more than 256 KB",
    { body: "x".repeat(256 * KB) },
    "amqp:link:message-size-exceeded",
  ],
])("%s is answered as documented", async (_name, fields, expected) => {
  expect(await sendRaw(fields)).toBe(expected);
});

/** The message format of a batch: data sections, each an encoded message. */
const BATCH = 0x80013700;

test("a batch with one message that is refused is refused whole", async () => {
  const local = await bus();
  const sender = (await signedIn(local, "work")).open_sender("work");
  await once(sender, "sendable");
  const messages = ["i", "i".repeat(129)].map((message_id) =>
    rhea.message.encode({ message_id, body: 1 }),
  );
  const body = rhea.message.data_sections(messages);
  sender.send(rhea.message.encode({ body }), "1", BATCH);
  await once(sender, "rejected");
  expect(local.entity("work").active).toBe(0);
});

test("properties may not outgrow their limit by a settlement either, and the lock is kept", async () => {
  const client = connect(await bus());
  await client.createSender("work").sendMessages({ body: 1 });
  const receiver = client.createReceiver("work");
  const message = await one(receiver);
  const outgrown = { p: "x".repeat(40 * KB) };
  expect(await codeOf(receiver.abandonMessage(message, outgrown))).toBe("GeneralError");
  expect(await none(client.createReceiver("work"))).toBe(true);
});

test("a dead letter cannot die again; it can be completed", async () => {
  const local = await bus();
  const client = connect(local);
  await client.createSender("work").sendMessages({ body: 1 });
  const receiver = client.createReceiver("work");
  await receiver.deadLetterMessage(await one(receiver));
  const graveyard = client.createReceiver("work", { subQueueType: "deadLetter" });
  const dead = await one(graveyard);
  const request = await ask(await signedIn(local, "work"), "work/$DeadLetterQueue/$management", {
    application_properties: { operation: "com.microsoft:update-disposition" },
    body: suspended(dead.lockToken),
  });
  expect(request.application_properties).toMatchObject({ errorCondition: "amqp:not-allowed" });
  await graveyard.completeMessage(dead);
  expect(local.entity("work").deadLettered).toBe(0);
});

test("what has been settled cannot be settled again: its lock is lost", async () => {
  const local = await bus();
  const client = connect(local);
  await client.createSender("work").sendMessages({ body: 1 });
  const receiver = client.createReceiver("work");
  const message = await one(receiver);
  await receiver.completeMessage(message);
  const reply = await ask(await signedIn(local, "work"), "work/$management", {
    application_properties: { operation: "com.microsoft:update-disposition" },
    body: suspended(message.lockToken),
  });
  expect(reply.application_properties).toMatchObject({
    statusCode: 410,
    errorCondition: "com.microsoft:message-lock-lost",
  });
});

/** A dead-lettering by management, with nulls where there is nothing to say (Python, Java). */
function suspended(lockToken: string | undefined) {
  const { types } = rhea;
  const bytes = Buffer.from(lockToken?.replaceAll("-", "") ?? "", "hex");
  return types.wrap_map({
    "disposition-status": "suspended",
    "lock-tokens": types.wrap_array([bytes], 0x98, undefined),
    "deadletter-reason": null,
    "deadletter-description": null,
  });
}

test("a deferred message that is over dies when somebody asks for it, not before", async () => {
  const queues = [{ name: "work", deadLetteringOnMessageExpiration: true }];
  const local = await bus({ topology: topology({ queues }) });
  const client = connect(local);
  await client.createSender("work").sendMessages({ body: 1, timeToLive: 400 });
  const receiver = client.createReceiver("work");
  const message = await one(receiver);
  await receiver.deferMessage(message);
  const graveyard = client.createReceiver("work", { subQueueType: "deadLetter" });
  expect(await graveyard.receiveMessages(1, { maxWaitTimeInMs: 600 })).toEqual([]);
  expect(local.entity("work").deferred).toBe(1);

  const asked = receiver.receiveDeferredMessages(message.sequenceNumber ?? []);

  expect(await codeOf(asked)).toBe("MessageNotFound");
  expect((await one(graveyard)).deadLetterReason).toBe("TTLExpiredException");
  expect(local.entity("work").deferred).toBe(0);
});

test("a deferred message that is not there is not found, by its number", async () => {
  const client = connect(await bus());
  const receiver = client.createReceiver("work");
  const [number] = await client.createSender("work").scheduleMessages({ body: 1 }, new Date(2e12));
  await expect(receiver.receiveDeferredMessages(number ?? [])).rejects.toMatchObject({
    code: "MessageNotFound",
    message: expect.stringContaining("Missing sequence numbers: 1"),
  });
  expect(await none(receiver)).toBe(true);
});
