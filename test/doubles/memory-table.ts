import type {
  Row,
  RowAction,
  RowQuery,
  StoredRow,
  Table,
} from "../../shared/adapters/records/table.ts";

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
      case "delete":
        return rows.has(key(action));
    }
  };
  /** As the port says: a row that is as it was meant to be counts as written, for an answer that was lost looks just so. */
  const asMeant = (row: Row): StoredRow | undefined => {
    const found = rows.get(key(row));
    return found && sameCells(found.row, row) ? found : undefined;
  };
  const happened = (action: RowAction): boolean =>
    action.do === "delete" ? !rows.has(key(action)) : asMeant(action.row) !== undefined;
  const perform = (action: RowAction): void => {
    if (action.do === "delete") rows.delete(key(action));
    else put(action.row);
  };
  const etagAfter = (action: RowAction): string | undefined =>
    action.do === "delete" ? undefined : rows.get(key(action.row))?.etag;

  return {
    get: async (partitionKey, rowKey) => rows.get(key({ partitionKey, rowKey })),
    insert: async (row) => (rows.has(key(row)) ? etagOf(asMeant(row)) : put(row)),
    replace: async (row, etag) =>
      fits(rows.get(key(row)), etag) ? put(row) : etagOf(asMeant(row)),
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
      if (actions.every(possible)) actions.forEach(perform);
      else if (!actions.every(happened)) return undefined;
      return actions.map(etagAfter);
    },
  };
}

const etagOf = (found: StoredRow | undefined) => found && { etag: found.etag };

const cellsOf = (row: Row) => Object.entries(row).filter(([, cell]) => cell !== undefined);
const sameCells = (found: Row, meant: Row): boolean =>
  cellsOf(found).length === cellsOf(meant).length &&
  cellsOf(meant).every(([name, cell]) => found[name] === cell);

function matches(row: Row, query: RowQuery): boolean {
  const { partition, from, before, equal = {}, below = {} } = query;
  return (
    (partition === undefined || row.partitionKey === partition) &&
    (from === undefined || row.rowKey >= from) &&
    (before === undefined || row.rowKey < before) &&
    Object.entries(equal).every(([column, text]) => row[column] === text) &&
    Object.entries(below).every(([column, text]) => String(row[column] ?? "\uffff") < text)
  );
}
