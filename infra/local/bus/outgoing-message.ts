import { type AmqpValue, amqp } from "./amqp.ts";
import { uuidBytes } from "./lock-token.ts";
import type { Lock } from "./locks.ts";
import { stamp, withoutBody } from "./message-codec.ts";
import type { StoredMessage } from "./stored-message.ts";

const LONGEST_TTL = 2 ** 32 - 1;

const STATE = { active: 0, deferred: 1, scheduled: 2 } as const;

/** Encodes a stored message for a receiver (with its lock) or for a peek (without). */
export function outgoingMessage(message: StoredMessage, lock?: Lock): Buffer {
  const annotations: Record<string, AmqpValue> = {
    "x-opt-sequence-number": amqp.long(message.sequence),
    "x-opt-enqueued-time": amqp.timestamp(message.enqueuedAt),
    "x-opt-message-state": amqp.int(STATE[stateOf(message)]),
    "x-opt-enqueue-sequence-number": amqp.long(message.topicSequence ?? message.sequence),
  };
  if (lock) annotations["x-opt-locked-until"] = amqp.timestamp(lock.until);
  if (message.source !== undefined) {
    annotations["x-opt-deadletter-source"] = amqp.string(message.source);
  }
  return stamp(message.encoded, {
    deliveryCount: message.deliveryCount,
    ttl: ttlOf(message),
    annotations,
    lockToken: lock && amqp.uuid(uuidBytes(lock.token)),
  });
}

export function peekedMessage(message: StoredMessage, omitBody: boolean): Buffer {
  const encoded = outgoingMessage(message);
  return omitBody ? withoutBody(encoded) : encoded;
}

function stateOf(message: StoredMessage): keyof typeof STATE {
  if (message.dueAt !== undefined) return "scheduled";
  return message.deferred ? "deferred" : "active";
}

/** The time to live that really holds; one beyond 49 days does not fit into the header and is left as it was. */
function ttlOf({ expiresAt, enqueuedAt }: StoredMessage): number | undefined {
  if (expiresAt === undefined) return undefined;
  const ttl = expiresAt - enqueuedAt;
  return ttl <= LONGEST_TTL ? ttl : undefined;
}
