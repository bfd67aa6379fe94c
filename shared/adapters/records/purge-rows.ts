import { afterPrefix } from "./operation-rows.ts";
import { eachRow, type RowAction, type Table } from "./table.ts";

/** Most actions of one transaction. */
const TRANSACTION = 100;

/**
 * Removes the rows of one prefix of a partition whose time is over; how many that were. A row that somebody has changed
 * meanwhile stays, and those that were to go with it until the next time.
 *
 * @param column an ISO 8601 time, which sorts like the time it says
 */
export async function purgeRows(
  table: Table,
  partition: string,
  prefix: string,
  column: string,
  before: Date,
): Promise<number> {
  const actions: RowAction[] = [];
  const query = {
    partition,
    from: prefix,
    before: afterPrefix(prefix),
    below: { [column]: before.toISOString() },
  };
  for await (const { row, etag } of eachRow(table, query))
    actions.push({ do: "delete", partitionKey: row.partitionKey, rowKey: row.rowKey, etag });
  let purged = 0;
  for (let at = 0; at < actions.length; at += TRANSACTION) {
    const some = actions.slice(at, at + TRANSACTION);
    if ((await table.transact(some)).done) purged += some.length;
  }
  return purged;
}
