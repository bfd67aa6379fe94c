import type { Leased, MessageQueue } from "./queue.ts";
import type { StoredMessage } from "./stored-message.ts";

/** A receiver's link as the feed sees it. */
export interface Consumer {
  /** How many messages it will take now. */
  credit(): number;
  /** Absent in receive-and-delete mode. */
  readonly lease?: (leased: Leased) => void;
  readonly give?: (message: StoredMessage) => void;
}

/** Hands the messages of one queue to its receivers, one each in turn, as far as their credit goes. */
export class Feed {
  readonly #queue: MessageQueue;
  #consumers: Consumer[] = [];

  constructor(queue: MessageQueue) {
    this.#queue = queue;
  }

  join(consumer: Consumer): void {
    this.#consumers.push(consumer);
  }

  leave(consumer: Consumer): void {
    this.#consumers = this.#consumers.filter((other) => other !== consumer);
  }

  pump(now: number): void {
    for (let consumer = this.#ready(); consumer; consumer = this.#ready()) {
      if (!this.#serve(consumer, now)) return;
      // Served: to the end of the row.
      this.leave(consumer);
      this.join(consumer);
    }
  }

  #ready(): Consumer | undefined {
    return this.#consumers.find((consumer) => consumer.credit() > 0);
  }

  #serve(consumer: Consumer, now: number): boolean {
    if (consumer.lease) {
      const leased = this.#queue.take(now);
      if (leased) consumer.lease(leased);
      return leased !== undefined;
    }
    const message = this.#queue.takeAway(now);
    if (message) consumer.give?.(message);
    return message !== undefined;
  }
}
