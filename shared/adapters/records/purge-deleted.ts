import { DELETED } from "./client-rows.ts";
import { afterPrefix, MADE } from "./operation-rows.ts";
import { purgeRows } from "./purge-rows.ts";
import { SECRET } from "./secret-rows.ts";
import { eachRow, type Table } from "./table.ts";

/**
 * What is kept for a month of what has gone: removed secrets, and deleted clients with all of theirs, which came back with
 * them until now. Secrets first: a client's row leads to them.
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
  }
  return purged + (await purgeRows(table, partition, { prefix: DELETED }, "deletedAt", before));
}
