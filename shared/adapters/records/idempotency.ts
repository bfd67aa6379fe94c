import * as z from "zod";
import type {
  IdempotencyRecord,
  IdempotencyRecords,
  VersionedIdempotency,
} from "../../operations/idempotency.ts";
import { keySafe } from "../key-safe.ts";
import { eachRow, type Row, type StoredRow, type Table } from "./table.ts";

const instant = z.iso.datetime().transform((value) => new Date(value));
const IdempotencyRow = z.object({
  caller: z.string(),
  keyHash: z.string(),
  fingerprint: z.string(),
  operationId: z.string(),
  startedAt: instant,
  expiresAt: instant,
  clientId: z.guid().optional(),
  keyId: z.guid().optional(),
});

const keyOf = (record: { caller: string; keyHash: string }) => ({
  partitionKey: keySafe(record.caller),
  rowKey: record.keyHash,
});

const toRow = (record: IdempotencyRecord): Row => ({
  ...keyOf(record),
  caller: record.caller,
  keyHash: record.keyHash,
  fingerprint: record.fingerprint,
  operationId: record.operationId,
  startedAt: record.startedAt.toISOString(),
  expiresAt: record.expiresAt.toISOString(),
  ...record.result,
});

function versioned({ row, etag }: StoredRow): VersionedIdempotency {
  const { clientId, keyId, ...rest } = IdempotencyRow.parse(row);
  const result = clientId && { clientId, ...(keyId && { keyId }) };
  return { record: { ...rest, ...(result && { result }) }, version: etag };
}

/** The `IdempotencyRecords` port on the table `idempotency`: one partition a caller, one row a key. */
export function idempotencyRecords(table: Table): IdempotencyRecords {
  return {
    begin: async (record, now) => {
      const { partitionKey, rowKey } = keyOf(record);
      for (;;) {
        const inserted = await table.insert(toRow(record));
        if (inserted) return { begun: true, held: { record, version: inserted.etag } };
        const found = await table.get(partitionKey, rowKey);
        if (!found) continue;
        const existing = versioned(found);
        if (existing.record.expiresAt > now) return { begun: false, held: existing };
        const replaced = await table.replace(toRow(record), existing.version);
        if (replaced) return { begun: true, held: { record, version: replaced.etag } };
      }
    },
    restart: async (held, operationId, now) => {
      const record = { ...held.record, operationId, startedAt: now };
      const replaced = await table.replace(toRow(record), held.version);
      return replaced && { record, version: replaced.etag };
    },
    finish: async ({ record, version }, result) => {
      await table.replace(toRow({ ...record, result }), version);
    },
    release: async ({ record, version }) => {
      const { partitionKey, rowKey } = keyOf(record);
      await table.delete(partitionKey, rowKey, version);
    },
    forget: async (caller, keyHash, operationId) => {
      const { partitionKey, rowKey } = keyOf({ caller, keyHash });
      const found = await table.get(partitionKey, rowKey);
      if (found?.row["operationId"] !== operationId) return;
      await table.delete(partitionKey, rowKey, found.etag);
    },
    purge: async (now) => {
      let purged = 0;
      for await (const { row, etag } of eachRow(table, {
        below: { expiresAt: now.toISOString() },
      })) {
        await table.delete(row.partitionKey, row.rowKey, etag);
        purged += 1;
      }
      return purged;
    },
  };
}
