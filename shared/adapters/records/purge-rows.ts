import { afterPrefix } from "./operation-rows.ts";
import { eachRow, type RowAction, type Table } from "./table.ts";

/** Most actions of one transaction. */
const TRANSACTION = 100;

/**
 * Removes the rows of one prefix of a partition whose time is over; how many that were. A row that somebody has changed
 * meanwhile stays; those that were to go with it do not, for nobody may come by here again.
 *
 * @param rows `from`: where those begin whose time may be over, if their keys tell
 * @param column an ISO 8601 time, which sorts like the time it says
 */
export async function purgeRows(
  table: Table,
  partition: string,
  rows: { readonly prefix: string; readonly from?: string },
  column: string,
  before: Date,
): Promise<number> {
  const old: Deletion[] = [];
  const query = {
    partition,
    from: rows.from ?? rows.prefix,
    before: afterPrefix(rows.prefix),
    below: { [column]: before.toISOString() },
  };
  for await (const { row, etag } of eachRow(table, query))
    old.push({ do: "delete", partitionKey: row.partitionKey, rowKey: row.rowKey, etag });
  return removeAll(table, old);
}

export type Deletion = Extract<RowAction, { do: "delete" }>;

/** However many; how many were still as they were found. */
export async function removeAll(table: Table, rows: readonly Deletion[]): Promise<number> {
  let removed = 0;
  for (let at = 0; at < rows.length; at += TRANSACTION)
    removed += await removeUnchanged(table, rows.slice(at, at + TRANSACTION));
  return removed;
}

/** All at once, without those that are refused; one by one where the service does not say which those are. */
export async function removeUnchanged(table: Table, all: readonly Deletion[]): Promise<number> {
  let some = all;
  while (some.length > 0) {
    const answer = await table.transact(some);
    if (answer.done) return some.length;
    const { at } = answer;
    if (at === undefined) break;
    some = some.toSpliced(at, 1);
  }
  let removed = 0;
  for (const { partitionKey, rowKey, etag } of some)
    if ((await table.delete(partitionKey, rowKey, etag)) === "done") removed += 1;
  return removed;
}
