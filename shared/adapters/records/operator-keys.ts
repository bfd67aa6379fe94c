import { RemoteUnavailable } from "../../base/unavailable.ts";
import type {
  OperatorKey,
  OperatorKeys,
  VersionedOperatorKey,
} from "../../operations/admission/do-once.ts";
import { keySafe } from "../key-safe.ts";
import { keyRow, readKey } from "./operation-rows.ts";
import { eachRow, type Row, type StoredRow, type Table } from "./table.ts";

/** A row that is there, is gone and is there again in three attempts is nobody's key but somebody's mistake. */
const ATTEMPTS = 3;

const keyOf = ({ operator, key }: OperatorKey) => ({
  partitionKey: keySafe(operator),
  rowKey: key.keyHash,
});

const toRow = (record: OperatorKey): Row => ({
  ...keyRow(record.operator, record.key),
  ...keyOf(record),
});

/** The `OperatorKeys` port on the table `idempotency`: one partition an operator, one row a key. */
export function operatorKeys(table: Table): OperatorKeys {
  const versioned = (operator: string, { row, etag }: StoredRow): VersionedOperatorKey => ({
    record: { operator, key: readKey(row) },
    version: etag,
  });
  return {
    begin: async (record, now) => {
      const { partitionKey, rowKey } = keyOf(record);
      for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
        const inserted = await table.insert(toRow(record));
        if (inserted) return { begun: true, held: { record, version: inserted.etag } };
        const found = await table.get(partitionKey, rowKey);
        if (!found) continue;
        const existing = versioned(record.operator, found);
        if (existing.record.key.expiresAt > now) return { begun: false, held: existing };
        const replaced = await table.replace(toRow(record), existing.version);
        if (replaced) return { begun: true, held: { record, version: replaced.etag } };
      }
      throw new RemoteUnavailable("records", { executed: "no", retryAfterSeconds: 1 });
    },
    restart: async ({ record: { operator, key }, version }, operationId, now) => {
      const record = { operator, key: { ...key, operationId, startedAt: now } };
      const replaced = await table.replace(toRow(record), version);
      return replaced && { record, version: replaced.etag };
    },
    finish: async ({ record: { operator, key }, version }, result) => {
      await table.replace(toRow({ operator, key: { ...key, result } }), version);
    },
    release: async ({ record, version }) => {
      const { partitionKey, rowKey } = keyOf(record);
      await table.delete(partitionKey, rowKey, version);
    },
    purge: async (now) => {
      let purged = 0;
      const expired = { below: { expiresAt: now.toISOString() } };
      for await (const { row, etag } of eachRow(table, expired)) {
        await table.delete(row.partitionKey, row.rowKey, etag);
        purged += 1;
      }
      return purged;
    },
  };
}
