import type { Table, Transacted } from "../../shared/adapters/records/table.ts";

type Get = Table["get"];
type Transact = Table["transact"];

/** A table that says what it was asked for, and whose next answers a test may meddle with. */
export interface TappedTable extends Table {
  /** One line a request: its method and what the row's key begins with (`get client:`, `transact`). */
  readonly calls: readonly string[];
  /** Forgets the calls so far. */
  forget(): void;
  /** The next transaction goes through this. Several are used in turn. */
  nextTransact(
    meddle: (
      perform: () => Promise<Transacted>,
      given: Parameters<Transact>[0],
    ) => Promise<Transacted>,
  ): void;
  /** The next read of a row whose key begins so goes through this. */
  nextGet(prefix: string, meddle: (perform: () => ReturnType<Get>) => ReturnType<Get>): void;
}

const prefixOf = (rowKey: string): string => rowKey.replace(/:.*$/, ":");

export function tappedTable(table: Table): TappedTable {
  const calls: string[] = [];
  const transacts: Parameters<TappedTable["nextTransact"]>[0][] = [];
  const gets: { prefix: string; meddle: Parameters<TappedTable["nextGet"]>[1] }[] = [];
  return {
    calls,
    forget: () => {
      calls.length = 0;
    },
    nextTransact: (meddle) => transacts.push(meddle),
    nextGet: (prefix, meddle) => gets.push({ prefix, meddle }),
    get: (partitionKey, rowKey) => {
      calls.push(`get ${prefixOf(rowKey)}`);
      const at = gets.findIndex(({ prefix }) => rowKey.startsWith(prefix));
      const perform = () => table.get(partitionKey, rowKey);
      const [tap] = at < 0 ? [] : gets.splice(at, 1);
      return tap ? tap.meddle(perform) : perform();
    },
    insert: (row) => {
      calls.push(`insert ${prefixOf(row.rowKey)}`);
      return table.insert(row);
    },
    replace: (row, etag) => {
      calls.push(`replace ${prefixOf(row.rowKey)}`);
      return table.replace(row, etag);
    },
    delete: (partitionKey, rowKey, etag) => {
      calls.push(`delete ${prefixOf(rowKey)}`);
      return table.delete(partitionKey, rowKey, etag);
    },
    page: (query, limit, cursor) => {
      calls.push(`page ${query.from ?? query.partition ?? ""}`);
      return table.page(query, limit, cursor);
    },
    transact: (actions) => {
      calls.push("transact");
      const meddle = transacts.shift();
      const perform = () => table.transact(actions);
      return meddle ? meddle(perform, actions) : perform();
    },
  };
}
