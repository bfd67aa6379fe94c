import type { Table } from "../../shared/adapters/records/table.ts";

/** A table that counts what it is asked for: requests, and the rows that reading brought. */
export function countedTable(table: Table) {
  const counts = { requests: 0, rowsRead: 0 };
  const asked = async <T>(answer: Promise<T>, rowsOf: (given: T) => number): Promise<T> => {
    counts.requests += 1;
    const given = await answer;
    counts.rowsRead += rowsOf(given);
    return given;
  };
  const none = () => 0;
  const counted: Table = {
    get: (...key) => asked(table.get(...key), (row) => (row ? 1 : 0)),
    insert: (row) => asked(table.insert(row), none),
    replace: (...change) => asked(table.replace(...change), none),
    delete: (...key) => asked(table.delete(...key), none),
    page: (...query) => asked(table.page(...query), ({ rows }) => rows.length),
    transact: (actions) => asked(table.transact(actions), none),
  };
  return { ...counted, counts };
}
