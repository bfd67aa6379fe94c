import { AsyncLocalStorage } from "node:async_hooks";
import { RemoteUnavailable } from "../../base/unavailable.ts";
import type { RowAction, StoredRow, Table, Transacted } from "./table.ts";

/** Rows of one transaction: the service's limit. */
const MOST_ACTIONS = 100;
/** Rows of a range that is read instead of some of them; where there are more between those, they are read one by one. */
const MOST_ROWS = 100;

const WRITE = "write";

/** What is asked of one partition, and waits for its turn. */
interface Asked {
  /** Only what is of one kind goes together: writes, or reads below one prefix. */
  readonly kind: string;
  /** Row keys that it reads or writes. */
  readonly rows: readonly string[];
  /** Nothing for a read. */
  readonly actions?: readonly RowAction[];
  /** As if there were no others. Settles the caller's promise, and does not fail. */
  alone(): Promise<void>;
  /** With what came of it together with others. */
  answer(together: Together): void;
  fail(error: unknown): void;
  /** Runs in the caller's context: their deadline, and their count of requests. */
  readonly within: <T>(work: () => T) => T;
}

interface Together {
  /** By row key. */
  readonly found?: ReadonlyMap<string, StoredRow>;
  /** Of each action, in order. */
  readonly etags?: readonly (string | undefined)[];
}

/**
 * A table that is asked much of one partition at once, by who catches up on what was left undone: writes that wait are sent as
 * one transaction, and reads below one of the prefixes as one range. While one request of a partition is under way the next
 * ones gather, so whoever asks alone is asked for at once and just as without this.
 *
 * Nobody's failure is another's: what is refused together, or found to be wrong, is asked for again one by one. Only an outage is
 * everybody's.
 *
 * @param prefixes of row keys of which a subscription has few
 */
export function gatheredTable(table: Table, prefixes: readonly string[] = []): Table {
  const queues = new Map<string, Asked[]>();

  const enqueue = (partition: string, asked: Asked): void => {
    const queue = queues.get(partition);
    if (queue) queue.push(asked);
    else {
      const begun = [asked];
      queues.set(partition, begun);
      // What is asked in this turn of the event loop is asked at once.
      setImmediate(() => void work(partition, begun));
    }
  };

  async function work(partition: string, queue: Asked[]): Promise<void> {
    while (queue.length > 0) {
      const group = nextGroup(queue);
      const [first] = group;
      if (group.length === 1) await first?.alone();
      else if (first) await first.within(() => ask(partition, group));
    }
    queues.delete(partition);
  }

  /** Settles each of the group; does not fail. */
  async function ask(partition: string, group: readonly Asked[]): Promise<void> {
    try {
      const isWrite = group[0]?.kind === WRITE;
      const answer = isWrite ? await writeAll(group) : await readAll(partition, group);
      if (answer) for (const [at, asked] of group.entries()) asked.answer(answer[at] ?? {});
      else await Promise.all(group.map((asked) => asked.alone()));
    } catch (error) {
      if (error instanceof RemoteUnavailable) for (const asked of group) asked.fail(error);
      else await Promise.all(group.map((asked) => asked.alone()));
    }
  }

  async function readAll(
    partition: string,
    group: readonly Asked[],
  ): Promise<readonly Together[] | undefined> {
    const keys = group.flatMap(({ rows }) => rows).toSorted();
    // The end of the range is excluded. No key of ours begins as another one and goes on with a `!`.
    const range = { partition, from: keys[0] ?? "", before: `${keys.at(-1)}!` };
    const page = await table.page(range, MOST_ROWS);
    if (page.next !== undefined) return undefined;
    const found = new Map(page.rows.map((stored) => [stored.row.rowKey, stored]));
    return group.map(() => ({ found }));
  }

  async function writeAll(group: readonly Asked[]): Promise<readonly Together[] | undefined> {
    const all = group.flatMap(({ actions = [] }) => actions);
    const answer = await table.transact(all);
    if (!answer.done) return undefined;
    // Without its etag a row would be anybody's: whoever asks alone finds out.
    if (all.some((action, at) => "row" in action && !answer.etags[at])) return undefined;
    let at = 0;
    return group.map(({ actions = [] }) => {
      const etags = answer.etags.slice(at, at + actions.length);
      at += actions.length;
      return { etags };
    });
  }

  const gather = <T>(
    partition: string,
    what: Pick<Asked, "kind" | "rows" | "actions">,
    alone: () => Promise<T>,
    read: (answer: Together) => T,
  ): Promise<T> =>
    new Promise<T>((resolve, reject) => {
      const within = AsyncLocalStorage.snapshot();
      enqueue(partition, {
        ...what,
        within,
        alone: () => within(async () => alone()).then(resolve, reject),
        answer: (answer) => resolve(read(answer)),
        fail: reject,
      });
    });

  const write = <T>(
    actions: readonly RowAction[],
    alone: () => Promise<T>,
    read: (etags: readonly (string | undefined)[]) => T,
  ): Promise<T> => {
    const [first] = actions;
    if (!first) return alone();
    const rows = actions.map((action) => keyOf(action).rowKey);
    return gather(
      keyOf(first).partitionKey,
      { kind: WRITE, rows, actions },
      alone,
      ({ etags = [] }) => read(etags),
    );
  };

  return {
    page: table.page,
    get: (partition, rowKey) => {
      const alone = () => table.get(partition, rowKey);
      const kind = prefixes.find((prefix) => rowKey.startsWith(prefix));
      if (kind === undefined) return alone();
      return gather(partition, { kind, rows: [rowKey] }, alone, ({ found }) => found?.get(rowKey));
    },
    insert: (row) =>
      write(
        [{ do: "insert", row }],
        () => table.insert(row),
        ([etag]) => written(etag),
      ),
    replace: (row, etag) =>
      write(
        [{ do: "replace", row, ...(etag !== undefined && { etag }) }],
        () => table.replace(row, etag),
        ([next]) => written(next),
      ),
    delete: (partitionKey, rowKey, etag) =>
      write(
        [{ do: "delete", partitionKey, rowKey, ...(etag !== undefined && { etag }) }],
        () => table.delete(partitionKey, rowKey, etag),
        () => "done" as const,
      ),
    transact: (actions) =>
      write<Transacted>(
        actions,
        () => table.transact(actions),
        (etags) => ({ done: true, etags }),
      ),
  };
}

const written = (etag: string | undefined) => (etag === undefined ? undefined : { etag });

const keyOf = (action: RowAction) => ("row" in action ? action.row : action);

/** Takes what can go together from the queue: of one kind, no row twice, no more than fits. The others stay in their order. */
function nextGroup(queue: Asked[]): readonly Asked[] {
  const group: Asked[] = [];
  const rows = new Set<string>();
  const left: Asked[] = [];
  const kind = queue[0]?.kind;
  let actions = 0;
  for (const asked of queue) {
    const fits =
      asked.kind === kind &&
      actions + asked.rows.length <= MOST_ACTIONS &&
      !asked.rows.some((row) => rows.has(row));
    // What comes later must not overtake what it would meet on a row.
    for (const row of asked.rows) rows.add(row);
    if (fits || group.length === 0) {
      group.push(asked);
      actions += asked.rows.length;
    } else left.push(asked);
  }
  queue.splice(0, queue.length, ...left);
  return group;
}
