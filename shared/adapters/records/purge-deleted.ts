import { CLIENT, DELETED, PURGED } from "./client-rows.ts";
import { afterPrefix, BUSY, MADE } from "./operation-rows.ts";
import { type Deletion, purgeRows, removeAll } from "./purge-rows.ts";
import { SECRET } from "./secret-rows.ts";
import { eachRow, type Row, type RowQuery, type Table } from "./table.ts";
import { WATCH } from "./watch-rows.ts";

/**
 * What is kept for a month of what has gone: removed secrets, and deleted clients with all of theirs, which came back with
 * them until now, and who watched them; of purged ones too. A client's row goes last: it leads to the others.
 */
export async function purgeDeleted(table: Table, partition: string, before: Date): Promise<number> {
  let purged = await purgeRows(table, partition, { prefix: MADE }, "madeAt", before);
  purged += await purgeRows(table, partition, { prefix: SECRET }, "goneAt", before);
  for (const [kind, column] of KINDS) {
    const over = {
      partition,
      from: kind,
      before: afterPrefix(kind),
      below: { [column]: before.toISOString() },
    };
    const rows: Deletion[] = [];
    for await (const { row, etag } of eachRow(table, over)) {
      const clientId = row.rowKey.slice(kind.length);
      const [client, underWay] = await Promise.all(
        [CLIENT, BUSY].map((prefix) => table.get(partition, `${prefix}${clientId}`)),
      );
      // A restore needs the row that it began with.
      if (underWay) continue;
      rows.push(deletionOf(row, etag));
      // Put back by hand since: it has what it has.
      if (client) continue;
      const secrets = `${SECRET}${clientId}:`;
      purged += await purgeAll(table, { partition, from: secrets, before: afterPrefix(secrets) });
      // Their rows are in the order of persons, and few.
      const watches = { partition, from: WATCH, before: afterPrefix(WATCH) };
      purged += await purgeAll(table, { ...watches, equal: { of: clientId } });
    }
    purged += await removeAll(table, rows);
  }
  return purged;
}

const KINDS = [
  [DELETED, "deletedAt"],
  [PURGED, "purgedAt"],
] as const;

/** However old: a secret's own times are whatever the directory was told, and may lie anywhere. */
async function purgeAll(table: Table, query: RowQuery & { partition: string }): Promise<number> {
  const rows: Deletion[] = [];
  for await (const { row, etag } of eachRow(table, query)) rows.push(deletionOf(row, etag));
  return removeAll(table, rows);
}

const deletionOf = ({ partitionKey, rowKey }: Row, etag: string): Deletion => ({
  ...{ do: "delete", partitionKey, rowKey },
  etag,
});
