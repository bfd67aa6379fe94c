import type { SecretRecord, SecretRecords, VersionedSecret } from "../../clients/secret-record.ts";
import { keySafe } from "../key-safe.ts";
import { leave } from "./activity-rows.ts";
import { clientRow } from "./client-rows.ts";
import { legible } from "./legible.ts";
import { afterPrefix } from "./operation-rows.ts";
import { readSecret, SECRET, secretKey, secretRow, todoRow } from "./secret-rows.ts";
import { eachRow, type RowAction, type StoredRow, type Table } from "./table.ts";

/**
 * The `SecretRecords` port on the table `clients`.
 *
 * @param newId marks each write, so that one whose answer was lost is known again
 */
export const secretRecords = (table: Table, newId: () => string): SecretRecords => ({
  secretsOf: async (subscription, clientId, unread) => {
    const prefix = clientId === undefined ? SECRET : `${SECRET}${clientId}:`;
    const found: VersionedSecret[] = [];
    const query = { partition: keySafe(subscription), from: prefix, before: afterPrefix(prefix) };
    for await (const stored of eachRow(table, query)) {
      const read = () => versioned(stored, readSecret(stored.row));
      for (const record of legible("secret", read, () => unread?.(stored.row.rowKey)))
        if (record) found.push(record);
    }
    return found;
  },
  secret: async (subscription, clientId, keyId) => {
    const { partitionKey, rowKey } = secretKey(subscription, clientId, keyId);
    const stored = await table.get(partitionKey, rowKey);
    return stored && versioned(stored, readSecret(stored.row));
  },
  saveSecret: async (record, version, activity, client) => {
    const row = secretRow(record, newId());
    if (!activity && !client) return (await table.replace(row, version)) !== undefined;
    const actions: RowAction[] = [{ do: "replace", row, etag: version }];
    if (activity) actions.push(leave(activity));
    if (client)
      actions.push(
        { do: "replace", row: todoRow(record) },
        { do: "replace", row: clientRow(client.record), etag: client.version },
      );
    return (await table.transact(actions)).done;
  },
});

const versioned = (
  { etag }: StoredRow,
  record: SecretRecord | undefined,
): VersionedSecret | undefined => record && { record, version: etag };
