import type { Shelf } from "../store.ts";

/** How many numbers one write reserves: a number is never given twice, and few writes are spent on that. */
const BLOCK = 1_000;

/** Sequence numbers of one entity: rising, from 1, never used again, not even after a restart of an emptied queue. */
export class Sequence {
  readonly #shelf: Shelf<number>;
  readonly #path: string;
  #next: number;
  #reserved: number;

  constructor(shelf: Shelf<number>, path: string) {
    this.#shelf = shelf;
    this.#path = path;
    this.#reserved = shelf.get(path) ?? 1;
    this.#next = this.#reserved;
  }

  next(): number {
    if (this.#next >= this.#reserved) {
      this.#reserved = this.#next + BLOCK;
      this.#shelf.put(this.#path, this.#reserved);
    }
    return this.#next++;
  }

  reset(): void {
    this.#next = 1;
    this.#reserved = 1;
  }
}
