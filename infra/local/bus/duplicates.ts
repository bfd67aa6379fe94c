import type { Shelf } from "../store.ts";

interface Seen {
  readonly messageId: string;
  readonly at: number;
}

/** The message ids an entity has accepted within its window; durable, so that a restart lets no duplicate in. */
export class Duplicates {
  readonly #shelf: Shelf<Seen>;
  readonly #windowMs: number;
  /** In the order of acceptance, so that the oldest is always first. */
  readonly #seen = new Map<string, number>();

  constructor(shelf: Shelf<Seen>, windowMs: number) {
    this.#shelf = shelf;
    this.#windowMs = windowMs;
    for (const { messageId, at } of shelf.all().toSorted((a, b) => a.at - b.at)) {
      this.#seen.set(messageId, at);
    }
  }

  has(messageId: string, now: number): boolean {
    this.#forget(now);
    return this.#seen.has(messageId);
  }

  add(messageId: string, now: number): void {
    if (this.#seen.has(messageId)) return;
    this.#shelf.put(messageId, { messageId, at: now });
    this.#seen.set(messageId, now);
  }

  clear(): void {
    this.#seen.clear();
  }

  #forget(now: number): void {
    for (const [messageId, at] of this.#seen) {
      if (at + this.#windowMs > now) return;
      this.#seen.delete(messageId);
      this.#shelf.delete(messageId);
    }
  }
}
