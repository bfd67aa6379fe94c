import { randomUUID } from "node:crypto";
import type { Shelf } from "../store.ts";
import { messageNotFound } from "./bus-error.ts";
import type { Counts } from "./counts.ts";
import type { Duplicates } from "./duplicates.ts";
import { Heap } from "./heap.ts";
import { type MessageFacts, readFacts, withMessageId } from "./message-codec.ts";
import type { Sequence } from "./sequence.ts";
import type { StoredMessage } from "./stored-message.ts";

export interface InboxParts {
  readonly sequence: Sequence;
  /** Messages that wait for their time. */
  readonly waiting: Shelf<StoredMessage>;
  /** Absent where the entity does not detect duplicates. */
  readonly duplicates: Duplicates | undefined;
  readonly counts: Counts;
  /** Takes an active message; durable when it returns, and harmless when repeated with the same id. */
  readonly deliver: (message: StoredMessage, facts: MessageFacts) => void;
  /** Whether `deliver` is more than one write, and so must be repeatable after a kill in its middle. */
  readonly journaled: boolean;
}

interface Draft {
  readonly message: StoredMessage;
  readonly facts: MessageFacts;
  readonly isDuplicate: boolean;
}

/** Where messages enter a queue or topic: duplicates are dropped, scheduled ones wait, the others go on at once. */
export class Inbox {
  readonly #parts: InboxParts;
  readonly #due = new Heap<{ readonly id: string; readonly at: number }>((entry) => entry.at);
  /** Ids of scheduled messages by the number under which they can be cancelled. */
  readonly #scheduled = new Map<number, string>();

  constructor(parts: InboxParts) {
    this.#parts = parts;
    for (const message of parts.waiting.all()) {
      this.#due.push({ id: message.id, at: message.dueAt ?? 0 });
      if (message.dueAt !== undefined) this.#scheduled.set(message.sequence, message.id);
      // The kill may have come between the message and the note of its id.
      if (message.messageId) parts.duplicates?.add(message.messageId, message.enqueuedAt);
    }
  }

  /**
   * Durable when it returns. A duplicate is accepted and dropped, as in Azure.
   *
   * @returns the sequence number of each, in order.
   * @throws BusError `amqp:decode-error`, and then nothing was accepted.
   */
  accept(batch: readonly Buffer[], now: number): number[] {
    const known = new Set<string>();
    // All are read before the first is kept: a batch is taken whole or not at all.
    const drafts = batch.map((encoded) => this.#draft(encoded, known, now));
    return drafts.map((draft) => {
      if (draft.isDuplicate) this.#parts.counts.duplicates += 1;
      else this.#admit(draft, now);
      return draft.message.sequence;
    });
  }

  /** All or none. @throws BusError `message-not-found` naming those that are not waiting (any more) */
  cancel(sequences: readonly number[]): void {
    const wanted = new Set(sequences);
    const missing = [...wanted].filter((sequence) => !this.#scheduled.has(sequence));
    if (missing.length > 0) throw messageNotFound(missing);
    for (const sequence of wanted) {
      this.#parts.waiting.delete(this.#scheduled.get(sequence) ?? "");
      this.#scheduled.delete(sequence);
    }
    this.#parts.counts.canceled += wanted.size;
  }

  list(): StoredMessage[] {
    return this.#parts.waiting.all();
  }

  nextDue(): number | undefined {
    return this.#due.peek()?.at;
  }

  tick(now: number): void {
    for (let entry = this.#due.peek(); entry && entry.at <= now; entry = this.#due.peek()) {
      this.#due.pop();
      const message = this.#parts.waiting.get(entry.id);
      if (message) this.#activate(message, now);
    }
  }

  clear(): void {
    this.#scheduled.clear();
    this.#due.clear();
  }

  #draft(sent: Buffer, known: Set<string>, now: number): Draft {
    const id = randomUUID();
    const given = readFacts(sent);
    const encoded =
      given.messageId === undefined ? withMessageId(sent, id.replaceAll("-", "")) : sent;
    const facts = encoded === sent ? given : readFacts(encoded);
    const { messageId, scheduledFor, ttl } = facts;
    const { duplicates } = this.#parts;
    const isDuplicate =
      duplicates !== undefined &&
      messageId !== undefined &&
      (known.has(messageId) || duplicates.has(messageId, now));
    if (messageId !== undefined) known.add(messageId);
    const isScheduled = scheduledFor !== undefined && scheduledFor > now;
    const message: StoredMessage = {
      id,
      sequence: this.#parts.sequence.next(),
      encoded: encoded.toString("base64"),
      ...(messageId === undefined ? {} : { messageId }),
      ...(ttl === undefined ? {} : { ttl }),
      ...(isScheduled ? { dueAt: scheduledFor } : {}),
      enqueuedAt: now,
      deliveryCount: 0,
      deferred: false,
    };
    return { message, facts, isDuplicate };
  }

  #admit({ message, facts }: Draft, now: number): void {
    const { waiting, duplicates, counts, deliver, journaled } = this.#parts;
    if (message.dueAt !== undefined) {
      waiting.put(message.id, message);
      this.#due.push({ id: message.id, at: message.dueAt });
      this.#scheduled.set(message.sequence, message.id);
      counts.scheduled += 1;
    } else {
      if (journaled) waiting.put(message.id, message);
      deliver(message, facts);
      counts.sent += 1;
    }
    if (message.messageId !== undefined) duplicates?.add(message.messageId, now);
    if (message.dueAt === undefined && journaled) waiting.delete(message.id);
  }

  /** A message whose time has come gets a new sequence number, as if it had been sent now. */
  #activate(waiting: StoredMessage, now: number): void {
    const { dueAt, ...message } = waiting;
    this.#scheduled.delete(waiting.sequence);
    const sequence = dueAt === undefined ? message.sequence : this.#parts.sequence.next();
    const facts = readFacts(Buffer.from(message.encoded, "base64"));
    this.#parts.deliver({ ...message, sequence, enqueuedAt: now }, facts);
    this.#parts.waiting.delete(message.id);
    this.#parts.counts.sent += 1;
  }
}
