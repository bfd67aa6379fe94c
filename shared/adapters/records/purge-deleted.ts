import { DELETED } from "./client-rows.ts";
import { afterPrefix, MADE } from "./operation-rows.ts";
import { purgeRows } from "./purge-rows.ts";
import { SECRET } from "./secret-rows.ts";
import { eachRow, type Table } from "./table.ts";
import { WATCH } from "./watch-rows.ts";

/**
 * What is kept for a month of what has gone: removed secrets, and deleted clients with all of theirs, which came back with
 * them until now, and who watched them. A client's row goes last: it leads to the others.
 */
export async function purgeDeleted(table: Table, partition: string, before: Date): Promise<number> {
  let purged = await purgeRows(table, partition, { prefix: MADE }, "madeAt", before);
  purged += await purgeRows(table, partition, { prefix: SECRET }, "goneAt", before);
  const deleted = {
    partition,
    from: DELETED,
    before: afterPrefix(DELETED),
    below: { deletedAt: before.toISOString() },
  };
  for await (const { row } of eachRow(table, deleted)) {
    const prefix = `${SECRET}${row.rowKey.slice(DELETED.length)}:`;
    purged += await purgeRows(table, partition, { prefix }, "createdAt", before);
    purged += await purgeWatches(table, partition, row.rowKey.slice(DELETED.length));
  }
  return purged + (await purgeRows(table, partition, { prefix: DELETED }, "deletedAt", before));
}

/** Whoever watched the client: their rows are in the order of persons, and few. */
async function purgeWatches(table: Table, partition: string, watched: string): Promise<number> {
  let purged = 0;
  const query = { partition, from: WATCH, before: afterPrefix(WATCH), equal: { of: watched } };
  for await (const { row, etag } of eachRow(table, query))
    if ((await table.delete(partition, row.rowKey, etag)) === "done") purged += 1;
  return purged;
}
