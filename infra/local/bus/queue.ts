import type { Shelf } from "../store.ts";
import { type AmqpValue, amqp } from "./amqp.ts";
import { BusError, lockLost, messageNotFound } from "./bus-error.ts";
import type { Counts } from "./counts.ts";
import { Heap } from "./heap.ts";
import type { Changes } from "./link.ts";
import { type Lock, Locks } from "./locks.ts";
import { withApplicationProperties } from "./message-codec.ts";
import type { StoredMessage } from "./stored-message.ts";

export interface QueueSettings {
  /** The entity the messages sit in, e.g. `consent` or `client-events/Subscriptions/all`. */
  readonly path: string;
  readonly lockMs: number;
  /** Infinite on a dead-letter queue. */
  readonly maxDeliveryCount: number;
  /** Whether an expired message is dead-lettered; otherwise it vanishes. */
  readonly buryExpired: boolean;
}

export interface Leased {
  readonly message: StoredMessage;
  readonly lock: Lock;
}

/** Where dead letters go; a dead-letter queue has none and its messages never leave on their own. */
export type Grave = (message: StoredMessage) => void;

const NO_CHANGES: Changes = new Map();

type Due = { readonly at: number } & ({ readonly token: string } | { readonly expired: string });

/**
 * The messages of one queue, subscription or dead-letter queue, and the rules by which they are locked, settled and expire.
 * No clock and no sockets: `now` is always passed in, and `nextDue` says when to call `tick`.
 */
export class MessageQueue {
  readonly settings: QueueSettings;
  readonly #shelf: Shelf<StoredMessage>;
  readonly #grave: Grave | undefined;
  readonly #counts: Counts;
  readonly #locks = new Locks();
  /** Candidates for delivery, lowest sequence number first; an entry may be stale. */
  readonly #ready = new Heap<{ readonly id: string; readonly sequence: number }>((e) => e.sequence);
  readonly #due = new Heap<Due>((entry) => entry.at);
  readonly #deferred = new Map<number, string>();

  constructor(settings: QueueSettings, shelf: Shelf<StoredMessage>, counts: Counts, grave?: Grave) {
    this.settings = settings;
    this.#shelf = shelf;
    this.#counts = counts;
    this.#grave = grave;
    for (const message of shelf.all()) this.#place(message);
  }

  /** Durable when it returns. A message that is already here stays as it is: moves are repeatable. */
  add(message: StoredMessage): void {
    if (this.#shelf.get(message.id)) return;
    this.#shelf.put(message.id, message);
    this.#place(message);
  }

  has(id: string): boolean {
    return this.#shelf.get(id) !== undefined;
  }

  /** Locks the next message (peek-lock). */
  take(now: number): Leased | undefined {
    const message = this.#next(now);
    if (!message) return undefined;
    this.#counts.delivered += 1;
    return { message, lock: this.#lock(message.id, now) };
  }

  /** Hands the next message out for good (receive-and-delete). */
  takeAway(now: number): StoredMessage | undefined {
    const message = this.#next(now);
    if (!message) return undefined;
    this.#counts.delivered += 1;
    this.#shelf.delete(message.id);
    return message;
  }

  complete(token: string, now: number): void {
    const { message, lock } = this.#held(token, now);
    this.#locks.drop(lock);
    this.#remove(message);
    this.#counts.completed += 1;
  }

  abandon(token: string, changes: Changes, now: number): void {
    const { message, lock } = this.#held(token, now);
    const returned = { ...message, ...changed(message, changes) };
    this.#counts.abandoned += 1;
    this.#release(lock, returned, now);
  }

  defer(token: string, changes: Changes, now: number): void {
    const { message, lock } = this.#held(token, now);
    const deferred = { ...message, ...changed(message, changes), deferred: true };
    this.#locks.drop(lock);
    this.#shelf.put(message.id, deferred);
    this.#place(deferred);
    this.#counts.deferred += 1;
  }

  /** @param changes includes `DeadLetterReason` and `DeadLetterErrorDescription`, if the receiver gave them. */
  deadLetter(token: string, changes: Changes, now: number): void {
    const { message, lock } = this.#held(token, now);
    if (!this.#grave) {
      throw new BusError("amqp:not-allowed", "The message is in a dead-letter queue already.");
    }
    const dead = { ...message, ...changed(message, changes) };
    this.#locks.drop(lock);
    this.#bury(dead, NO_CHANGES);
  }

  renew(token: string, now: number): number {
    const { lock } = this.#held(token, now);
    const { until } = this.#locks.extend(lock, now + this.settings.lockMs);
    this.#due.push({ at: until, token });
    return until;
  }

  /** All or none. @throws BusError `message-not-found` when one is not deferred here, or is locked by someone. */
  takeDeferred(sequences: readonly number[], now: number): Leased[] {
    return this.#findDeferred(sequences, now).map((message) => {
      this.#counts.delivered += 1;
      return { message, lock: this.#lock(message.id, now) };
    });
  }

  takeDeferredAway(sequences: readonly number[], now: number): StoredMessage[] {
    const messages = this.#findDeferred(sequences, now);
    for (const message of messages) this.#remove(message);
    return messages;
  }

  /** Everything that is here, locked or not, lowest sequence number first. */
  list(): StoredMessage[] {
    return this.#shelf.all().toSorted((a, b) => a.sequence - b.sequence);
  }

  /** Deletes up to `count` messages that nobody holds and that came in before `before`. */
  purge(count: number, before: number): number {
    const victims = this.list()
      .filter((m) => !m.deferred && m.enqueuedAt < before && !this.#locks.of(m.id))
      .slice(0, count);
    for (const message of victims) this.#remove(message);
    return victims.length;
  }

  nextDue(): number | undefined {
    return this.#due.peek()?.at;
  }

  /** Does what time alone brings about: lost locks, expired messages. */
  tick(now: number): void {
    for (let due = this.#due.peek(); due && due.at <= now; due = this.#due.peek()) {
      this.#due.pop();
      if ("token" in due) this.#sweepLock(due.token, now);
      else this.#sweepExpired(due.expired, now);
    }
  }

  /** Forgets locks and candidates; the shelf has been emptied by its owner. */
  clear(): void {
    this.#locks.clear();
    this.#ready.clear();
    this.#due.clear();
    this.#deferred.clear();
  }

  #place(message: StoredMessage): void {
    if (message.deferred) {
      this.#deferred.set(message.sequence, message.id);
      return;
    }
    this.#ready.push({ id: message.id, sequence: message.sequence });
    if (message.expiresAt !== undefined) {
      this.#due.push({ at: message.expiresAt, expired: message.id });
    }
  }

  #next(now: number): StoredMessage | undefined {
    for (let entry = this.#ready.pop(); entry; entry = this.#ready.pop()) {
      const message = this.#shelf.get(entry.id);
      if (!message || message.deferred || this.#locks.of(message.id)) continue;
      if (isExpired(message, now)) this.#expire(message);
      else return message;
    }
    return undefined;
  }

  #lock(id: string, now: number): Lock {
    const lock = this.#locks.take(id, now + this.settings.lockMs);
    this.#due.push({ at: lock.until, token: lock.token });
    return lock;
  }

  #held(token: string, now: number): Leased {
    const lock = this.#locks.held(token, now);
    const message = lock && this.#shelf.get(lock.messageId);
    if (!message) throw lockLost();
    return { message, lock };
  }

  #release(lock: Lock, message: StoredMessage, now: number): void {
    this.#locks.drop(lock);
    const returned = { ...message, deliveryCount: message.deliveryCount + 1 };
    if (returned.deliveryCount >= this.settings.maxDeliveryCount) {
      const attempts = this.settings.maxDeliveryCount;
      const why = `Message could not be consumed after ${attempts} delivery attempts.`;
      this.#bury(returned, deathOf("MaxDeliveryCountExceeded", why));
    } else if (isExpired(returned, now)) {
      this.#expire(returned);
    } else {
      this.#shelf.put(returned.id, returned);
      this.#place(returned);
    }
  }

  #sweepLock(token: string, now: number): void {
    const lock = this.#locks.get(token);
    if (!lock || lock.until > now) return;
    const message = this.#shelf.get(lock.messageId);
    if (!message) {
      this.#locks.drop(lock);
      return;
    }
    this.#counts.locksExpired += 1;
    this.#release(lock, message, now);
  }

  /** A locked message outlives its time until the lock ends; a deferred one does not expire by itself (as in Azure). */
  #sweepExpired(id: string, now: number): void {
    const message = this.#shelf.get(id);
    if (!message || !isExpired(message, now) || this.#locks.of(id)) return;
    this.#expire(message);
  }

  #expire(message: StoredMessage): void {
    this.#counts.expired += 1;
    if (this.settings.buryExpired) {
      const why = "The message expired and was dead lettered.";
      this.#bury(message, deathOf("TTLExpiredException", why));
    } else {
      this.#remove(message);
    }
  }

  #bury(message: StoredMessage, changes: Changes): void {
    const { expiresAt: _immortal, ...rest } = message;
    const dead = { ...rest, ...changed(message, changes), deferred: false };
    this.#counts.deadLettered += 1;
    if (this.#grave) {
      // The letter is in its grave before it leaves the queue: a process that dies in between loses nothing.
      this.#grave({ ...dead, source: this.settings.path });
      this.#remove(message);
    } else {
      this.#shelf.put(dead.id, dead);
      this.#place(dead);
    }
  }

  #remove(message: StoredMessage): void {
    if (message.deferred) this.#deferred.delete(message.sequence);
    this.#shelf.delete(message.id);
  }

  /** Only now a deferred message whose time has passed expires (Azure: "Message deferral"). */
  #findDeferred(sequences: readonly number[], now: number): StoredMessage[] {
    const found: StoredMessage[] = [];
    for (const sequence of sequences) {
      const message = this.#shelf.get(this.#deferred.get(sequence) ?? "");
      if (!message || this.#locks.of(message.id)) continue;
      if (isOver(message, now)) this.#expire(message);
      else found.push(message);
    }
    if (found.length === new Set(sequences).size) return found;
    const here = new Set(found.map(({ sequence }) => sequence));
    throw messageNotFound(sequences.filter((sequence) => !here.has(sequence)));
  }
}

function isExpired(message: StoredMessage, now: number): boolean {
  return !message.deferred && isOver(message, now);
}

function isOver({ expiresAt }: StoredMessage, now: number): boolean {
  return expiresAt !== undefined && expiresAt <= now;
}

/** The two properties by which every SDK tells why a message is dead. */
export function deathOf(reason: string | undefined, description: string | undefined): Changes {
  const changes = new Map<string, AmqpValue>();
  if (reason !== undefined) changes.set("DeadLetterReason", amqp.string(reason));
  if (description !== undefined)
    changes.set("DeadLetterErrorDescription", amqp.string(description));
  return changes;
}

function changed(message: StoredMessage, changes: Changes): { encoded?: string } {
  if (changes.size === 0) return {};
  return { encoded: withApplicationProperties(message.encoded, changes) };
}
