import * as z from "zod";
import { amqp } from "./amqp.ts";
import { BusError, noSessions } from "./bus-error.ts";
import type { Entity } from "./entity.ts";
import type { Changes } from "./link.ts";
import { uuidBytes, uuidText } from "./lock-token.ts";
import { outgoingMessage, peekedMessage } from "./outgoing-message.ts";
import { deathOf, type MessageQueue } from "./queue.ts";
import { type Reply, type Request, readBody } from "./request.ts";
import { addRule, enumerateRules, removeRule } from "./rule-requests.ts";
import { type Settlement, settle } from "./settle.ts";
import { MAX_MESSAGE_BYTES } from "./wire.ts";

/**
 * The management node of an entity: request and reply over AMQP ("AMQP 1.0 in Azure Service Bus: request-response-based
 * operations"). Each operation has the name by which the tap knows it.
 */
export interface Operation {
  readonly name: string;
  /** @throws BusError */
  run(now: number): Reply;
}

const ok = (body: Readonly<Record<string, unknown>> = {}): Reply => ({
  status: 200,
  description: "OK",
  body,
});

/** A long comes as a number, or as eight bytes when it is beyond 2^53; no entity here ever gets that far. */
const long = z.union([
  z.number(),
  z.instanceof(Buffer).transform((b) => Number(b.readBigInt64BE())),
]);
/** Python and Java write null where JavaScript leaves out. */
const optional = <T extends z.ZodType>(schema: T) =>
  schema.nullish().transform((value) => value ?? undefined);
const sequences = z.object({ "sequence-numbers": z.array(long) });
const tokens = z.object({ "lock-tokens": z.array(z.instanceof(Buffer).transform(uuidText)) });

const scheduling = z.object({
  messages: z.array(z.object({ message: z.instanceof(Buffer) })),
});
const peeking = z.object({
  "from-sequence-number": long,
  "message-count": z.number(),
  "omit-message-body": optional(z.boolean()),
});
const receiving = z.object({
  "sequence-numbers": z.array(long),
  "receiver-settle-mode": z.number().default(1),
});
const purging = z.object({
  "message-count": z.number(),
  "enqueued-time-utc": optional(z.date()),
});
const settling = z.object({
  "lock-tokens": tokens.shape["lock-tokens"],
  "disposition-status": z.enum(["completed", "abandoned", "suspended", "defered"]),
  "deadletter-reason": optional(z.string()),
  "deadletter-description": optional(z.string()),
});

const PREFIX = "com.microsoft:";

/** @throws BusError `amqp:not-implemented` for an operation the node does not know, `argument-error` for a wrong body */
export function operationOf(request: Request, entity: Entity): Operation {
  const { body } = request;
  switch (request.operation.replace(PREFIX, "")) {
    case "schedule-message":
      return { name: "schedule", run: (now) => schedule(entity, readBody(scheduling, body), now) };
    case "cancel-scheduled-message":
      return { name: "cancel", run: () => cancel(entity, readBody(sequences, body)) };
    case "peek-message":
      return { name: "peek", run: () => peek(entity, readBody(peeking, body)) };
    case "renew-lock":
      return { name: "renew", run: (now) => renew(queueOf(entity), readBody(tokens, body), now) };
    case "receive-by-sequence-number":
      return {
        name: "receive-deferred",
        run: (now) => receive(queueOf(entity), readBody(receiving, body), now),
      };
    case "update-disposition":
      return updateDisposition(entity, request);
    case "batch-delete-messages":
      return { name: "purge", run: (now) => purge(entity, readBody(purging, body), now) };
    case "add-rule":
      return { name: "add-rule", run: () => addRule(entity, body) };
    case "remove-rule":
      return { name: "remove-rule", run: () => removeRule(entity, body) };
    case "enumerate-rules":
      return { name: "enumerate-rules", run: () => enumerateRules(entity, body) };
    case "renew-session-lock":
    case "get-session-state":
    case "set-session-state":
    case "get-message-sessions":
      throw noSessions();
    default:
      throw new BusError("amqp:not-implemented", `'${request.operation}' is not implemented.`);
  }
}

/** @throws BusError `amqp:not-allowed` on a topic */
export function queueOf(entity: Entity): MessageQueue {
  if (entity.queue) return entity.queue;
  throw new BusError(
    "amqp:not-allowed",
    `Nothing can be received from the topic '${entity.path}'.`,
  );
}

export function inboxOf(entity: Entity) {
  if (entity.inbox) return entity.inbox;
  throw new BusError("amqp:not-allowed", `Nothing can be sent to '${entity.path}'.`);
}

function schedule(entity: Entity, { messages }: z.infer<typeof scheduling>, now: number): Reply {
  const batch = messages.map(({ message }) => demandSize(message));
  const numbers = inboxOf(entity).accept(batch, now);
  return ok({ "sequence-numbers": amqp.longs(numbers) });
}

/** @throws BusError `amqp:link:message-size-exceeded` */
export function demandSize(encoded: Buffer): Buffer {
  if (encoded.length <= MAX_MESSAGE_BYTES) return encoded;
  throw new BusError(
    "amqp:link:message-size-exceeded",
    `The received message (size: ${encoded.length}) exceeds the limit (${MAX_MESSAGE_BYTES}) currently allowed on the link.`,
  );
}

function cancel(entity: Entity, body: z.infer<typeof sequences>): Reply {
  inboxOf(entity).cancel(body["sequence-numbers"]);
  return ok();
}

function peek(entity: Entity, body: z.infer<typeof peeking>): Reply {
  const here = [...(entity.queue?.list() ?? []), ...(entity.inbox?.list() ?? [])];
  const found = here
    .filter(({ sequence }) => sequence >= body["from-sequence-number"])
    .toSorted((a, b) => a.sequence - b.sequence)
    .slice(0, body["message-count"]);
  if (found.length === 0) return { status: 204, description: "No Content" };
  const messages = found.map((message) => ({
    message: peekedMessage(message, body["omit-message-body"] ?? false),
  }));
  return ok({ messages });
}

function renew(queue: MessageQueue, body: z.infer<typeof tokens>, now: number): Reply {
  const expirations = body["lock-tokens"].map((token) => queue.renew(token, now));
  return ok({ expirations: amqp.timestamps(expirations) });
}

function receive(queue: MessageQueue, body: z.infer<typeof receiving>, now: number): Reply {
  const numbers = body["sequence-numbers"];
  if (body["receiver-settle-mode"] === 0) {
    const gone = queue.takeDeferredAway(numbers, now);
    return ok({ messages: gone.map((message) => ({ message: outgoingMessage(message) })) });
  }
  const messages = queue.takeDeferred(numbers, now).map(({ message, lock }) => ({
    message: outgoingMessage(message, lock),
    "lock-token": amqp.uuid(uuidBytes(lock.token)),
  }));
  return ok({ messages });
}

function updateDisposition(entity: Entity, request: Request): Operation {
  const body = readBody(settling, request.body);
  const settlement = settlementIn(body, request.map("properties-to-modify"));
  const run = (now: number) => {
    const queue = queueOf(entity);
    for (const token of body["lock-tokens"]) settle(queue, token, settlement, now);
    return ok();
  };
  return { name: settlement.name, run };
}

function settlementIn(body: z.infer<typeof settling>, changes: Changes): Settlement {
  switch (body["disposition-status"]) {
    case "completed":
      return { name: "complete" };
    case "abandoned":
      return { name: "abandon", changes };
    case "defered":
      return { name: "defer", changes };
    case "suspended": {
      const death = deathOf(body["deadletter-reason"], body["deadletter-description"]);
      return { name: "dead-letter", changes: new Map([...changes, ...death]) };
    }
  }
}

function purge(entity: Entity, body: z.infer<typeof purging>, now: number): Reply {
  const before = body["enqueued-time-utc"]?.getTime() ?? now;
  const deleted = queueOf(entity).purge(body["message-count"], before);
  return ok({ "message-count": amqp.int(deleted) });
}
