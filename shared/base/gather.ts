import { AsyncLocalStorage } from "node:async_hooks";

/** What came of one of those that were asked for together. `alone`: nothing, and it is asked for again by itself. */
export type Came<Result> = { readonly value: Result } | { readonly error: unknown } | "alone";

export interface Gathering<Item, Result> {
  /** So many go together at most. */
  readonly most: number;
  /** As if there were no others. */
  alone(item: Item): Promise<Result>;
  /**
   * What it throws is everybody's.
   *
   * @returns what came of each, in their order
   */
  together(items: readonly Item[]): Promise<readonly Came<Result>[]>;
}

interface Asked<Item, Result> {
  readonly item: Item;
  /** Runs in the caller's context: their deadline, and their counts. */
  readonly within: <T>(work: () => T) => T;
  resolve(result: Result): void;
  reject(error: unknown): void;
}

/**
 * For who catches up on much at once: what is asked in one turn of the event loop is asked together, in the first one's context.
 * Whoever asks alone is asked for at once, and just as without this.
 */
export function gather<Item, Result>({
  most,
  alone,
  together,
}: Gathering<Item, Result>): (item: Item) => Promise<Result> {
  let waiting: Asked<Item, Result>[] = [];

  const askAlone = ({ item, within, resolve, reject }: Asked<Item, Result>): Promise<void> =>
    within(async () => alone(item)).then(resolve, reject);

  /** Settles each of them; does not fail. */
  const askTogether = async (group: readonly Asked<Item, Result>[]): Promise<void> => {
    try {
      const came = await together(group.map(({ item }) => item));
      for (const [at, asked] of group.entries()) {
        const own = came[at] ?? "alone";
        if (own === "alone") void askAlone(asked);
        else if ("value" in own) asked.resolve(own.value);
        else asked.reject(own.error);
      }
    } catch (error) {
      for (const { reject } of group) reject(error);
    }
  };

  const askAll = (): void => {
    const all = waiting;
    waiting = [];
    for (let at = 0; at < all.length; at += most) {
      const group = all.slice(at, at + most);
      const [first] = group;
      if (first && group.length === 1) void askAlone(first);
      else first?.within(() => void askTogether(group));
    }
  };

  return (item) =>
    new Promise((resolve, reject) => {
      if (waiting.length === 0) setImmediate(askAll);
      waiting.push({ item, within: AsyncLocalStorage.snapshot(), resolve, reject });
    });
}
