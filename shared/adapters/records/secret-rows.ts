import * as z from "zod";
import { Actor } from "../../clients/actor.ts";
import type { KnownSecret, SecretChange, SecretRecord } from "../../clients/secret-record.ts";
import { keySafe } from "../key-safe.ts";
import { CertificateFacts } from "./certificate-facts.ts";
import { json } from "./json-column.ts";
import { readRow } from "./legible.ts";
import type { Row, RowAction, StoredRow } from "./table.ts";

/**
 * In a subscription's partition of the table `clients`:
 *
 *     secret:<client id>:<key id>     a secret, or (`kind`) a certificate; with `goneAt` one that has gone, kept for a month
 *     todo:<client id>:<key id>       the same once more, until the index of what is due by day knows of it
 *     todo:<client id>:               all secrets of the client are to be put into that index
 *
 * A removal is a write and no deletion, which the table would refuse for a secret that has no row: one from before there were
 * rows, or that was added in the directory.
 */

export const SECRET = "secret:";
export const UNINDEXED = "todo:";

const instant = z.iso.datetime().transform((value) => new Date(value));

const SecretRow = z.object({
  subscription: z.string(),
  clientId: z.guid(),
  keyId: z.guid(),
  kind: z.literal("certificate").optional(),
  certificate: json(CertificateFacts).optional(),
  displayName: z.string(),
  createdAt: instant,
  expiresAt: instant,
  createdBy: json(Actor).optional(),
  source: z.enum(["service", "directory"]),
  retiresAt: instant.optional(),
  refusedTimes: z.number().optional(),
  refusedAgainAt: instant.optional(),
  told: json(z.array(z.string())),
  snoozedUntil: instant.optional(),
});
const GoneRow = z.object({ keyId: z.guid(), goneAt: instant });
const ClientTodoRow = z.object({ clientId: z.guid() });

const at = (subscription: string, rowKey: string) => ({
  partitionKey: keySafe(subscription),
  rowKey,
});
/** The directory writes ids in lower case, and takes them in any: so may whoever names a secret here. */
export const secretKey = (subscription: string, clientId: string, keyId: string) =>
  at(subscription, `${SECRET}${clientId}:${keyId.toLowerCase()}`);

/** @param writeId makes the row's content tell whose write it was: two may mean to write the same */
export const secretRow = (record: SecretRecord, writeId?: string): Row => ({
  ...secretKey(record.subscription, record.clientId, record.keyId),
  subscription: record.subscription,
  clientId: record.clientId,
  keyId: record.keyId,
  ...(record.kind && { kind: record.kind }),
  ...(record.certificate && { certificate: JSON.stringify(record.certificate) }),
  displayName: record.displayName,
  createdAt: record.createdAt.toISOString(),
  expiresAt: record.expiresAt.toISOString(),
  ...(record.createdBy && { createdBy: JSON.stringify(record.createdBy) }),
  source: record.source,
  ...(record.retiresAt && { retiresAt: record.retiresAt.toISOString() }),
  ...(record.refused && {
    refusedTimes: record.refused.times,
    refusedAgainAt: record.refused.againAt?.toISOString(),
  }),
  told: JSON.stringify(record.told),
  ...(record.snoozedUntil && { snoozedUntil: record.snoozedUntil.toISOString() }),
  writeId,
});

export const todoRow = (record: SecretRecord): Row => ({
  ...secretRow(record),
  rowKey: `${UNINDEXED}${record.clientId}:${record.keyId}`,
});

/** What is known of a secret, gone or not. */
export const readKnown = ({ row, etag: version }: StoredRow): KnownSecret => {
  const record = readSecret(row);
  const { keyId, goneAt } = record ? { ...record, goneAt: undefined } : readRow(GoneRow, row);
  return { keyId, version, record, goneAt };
};

/** Nothing: it has gone. */
export function readSecret(row: Row): SecretRecord | undefined {
  if (row["goneAt"] !== undefined) return undefined;
  const {
    kind,
    certificate,
    createdBy,
    retiresAt,
    refusedTimes,
    refusedAgainAt,
    snoozedUntil,
    ...record
  } = readRow(SecretRow, row);
  return {
    ...record,
    ...(kind && { kind }),
    ...(certificate && { certificate }),
    ...(createdBy && { createdBy }),
    ...(retiresAt && { retiresAt }),
    ...(refusedTimes !== undefined && {
      refused: { times: refusedTimes, ...(refusedAgainAt && { againAt: refusedAgainAt }) },
    }),
    ...(snoozedUntil && { snoozedUntil }),
  };
}

/** A secret that is due anew, or the client all of whose secrets are. */
export const readTodo = (row: Row): { record: SecretRecord } | { clientId: string } => {
  const record = row["keyId"] === undefined ? undefined : readSecret(row);
  return record ? { record } : { clientId: ClientTodoRow.parse(row).clientId };
};

/** The part of a transaction that says what became of secrets. */
export function secretActions(subscription: string, change: SecretChange): RowAction[] {
  switch (change.now) {
    case "made":
      return [
        { do: "replace", row: secretRow(change.record) },
        { do: "replace", row: todoRow(change.record) },
      ];
    case "found": {
      const { record, version } = change;
      const row = secretRow(record);
      return [
        version === undefined ? { do: "insert", row } : { do: "replace", row, etag: version },
        { do: "replace", row: todoRow(record) },
      ];
    }
    case "changed":
      return [
        { do: "replace", row: secretRow(change.record), etag: change.version },
        { do: "replace", row: todoRow(change.record) },
      ];
    case "gone": {
      const { clientId, version } = change;
      const keyId = change.keyId.toLowerCase();
      const goneAt = change.at.toISOString();
      const row = { ...secretKey(subscription, clientId, keyId), clientId, keyId, goneAt };
      return [{ do: "replace", row, ...(version !== undefined && { etag: version }) }];
    }
    case "back": {
      const { clientId } = change;
      return [
        { do: "replace", row: { ...at(subscription, `${UNINDEXED}${clientId}:`), clientId } },
      ];
    }
  }
}
