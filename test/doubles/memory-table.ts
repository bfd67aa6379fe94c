import type {
  Row,
  RowAction,
  RowQuery,
  StoredRow,
  Table,
} from "../../shared/adapters/records/table.ts";

/** Of one column: 64 KiB, of which a character takes two bytes. */
const LONGEST_TEXT = 32_768;
/** Of one transaction. */
const MOST_ACTIONS = 100;

/** The `Table` port in memory, for tests of rules. The contract test holds it against the real one. */
export function memoryTable(): Table {
  const rows = new Map<string, StoredRow>();
  let writes = 0;
  const key = (row: { partitionKey: string; rowKey: string }) =>
    `${row.partitionKey}\n${row.rowKey}`;
  const put = (row: Row): { etag: string } => {
    writes += 1;
    const etag = `W/"${writes}"`;
    const { partitionKey, rowKey } = row;
    const cells = Object.fromEntries(cellsOf(row));
    for (const [name, cell] of Object.entries(cells))
      if (typeof cell === "string" && cell.length > LONGEST_TEXT)
        throw new Error(`PropertyValueTooLarge: ${name} has ${cell.length} characters`);
    rows.set(key(row), { row: { ...cells, partitionKey, rowKey }, etag });
    return { etag };
  };
  const fits = (at: StoredRow | undefined, etag: string | undefined) =>
    etag === undefined || at?.etag === etag;

  const possible = (action: RowAction): boolean => {
    switch (action.do) {
      case "insert":
        return !rows.has(key(action.row));
      case "replace":
        return fits(rows.get(key(action.row)), action.etag);
      default:
        return rows.has(key(action)) && fits(rows.get(key(action)), action.etag);
    }
  };
  const perform = (action: RowAction): string | undefined => {
    switch (action.do) {
      case "delete":
        rows.delete(key(action));
        return undefined;
      case "check": {
        const checked = rows.get(key(action));
        return checked && put(checked.row).etag;
      }
      default:
        return put(action.row).etag;
    }
  };

  return {
    get: async (partitionKey, rowKey) => rows.get(key({ partitionKey, rowKey })),
    insert: async (row) => (rows.has(key(row)) ? undefined : put(row)),
    replace: async (row, etag) => (fits(rows.get(key(row)), etag) ? put(row) : undefined),
    delete: async (partitionKey, rowKey, etag) => {
      const found = rows.get(key({ partitionKey, rowKey }));
      if (!found) return "missing";
      if (!fits(found, etag)) return "changed";
      rows.delete(key({ partitionKey, rowKey }));
      return "done";
    },
    page: async (query, limit, cursor) => {
      const matching = [...rows.entries()]
        .filter(([at, { row }]) => (cursor === undefined || at >= cursor) && matches(row, query))
        .sort(([a], [b]) => (a < b ? -1 : 1));
      const next = matching[limit]?.[0];
      return {
        rows: matching.slice(0, limit).map(([, found]) => found),
        ...(next === undefined ? {} : { next }),
      };
    },
    transact: async (actions) => {
      if (actions.length > MOST_ACTIONS)
        throw new Error(
          `InvalidInput: ${actions.length} actions are more than one transaction takes`,
        );
      const partitions = new Set(actions.map(partitionOf));
      if (partitions.size > 1)
        throw new Error("All operations in a transaction must target the same partitionKey");
      if (new Set(actions.map(rowOf)).size < actions.length)
        throw new Error(
          "InvalidDuplicateRow: The batch request contains multiple changes with same row key",
        );
      const at = actions.findIndex((action) => !possible(action));
      return at < 0 ? { done: true, etags: actions.map(perform) } : { done: false, at };
    },
  };
}

const partitionOf = (action: RowAction): string =>
  "row" in action ? action.row.partitionKey : action.partitionKey;

const rowOf = (action: RowAction): string => ("row" in action ? action.row.rowKey : action.rowKey);

const cellsOf = (row: Row) => Object.entries(row).filter(([, cell]) => cell !== undefined);

function matches(row: Row, query: RowQuery): boolean {
  const { partition, from, after, before, equal = {}, below = {} } = query;
  return (
    (partition === undefined || row.partitionKey === partition) &&
    (from === undefined || row.rowKey >= from) &&
    (after === undefined || row.rowKey > after) &&
    (before === undefined || row.rowKey < before) &&
    Object.entries(equal).every(([column, text]) => row[column] === text) &&
    Object.entries(below).every(([column, text]) => String(row[column] ?? "\uffff") < text)
  );
}
