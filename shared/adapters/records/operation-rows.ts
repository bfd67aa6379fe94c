import * as z from "zod";
import { Actor, By, SOME_CUSTOMER } from "../../clients/actor.ts";
import { Role } from "../../clients/client.ts";
import type { Key } from "../../operations/admission/key.ts";
import {
  type Held,
  holderOf,
  takesPlace,
  type UnderWay,
} from "../../operations/admission/operation.ts";
import type { Made } from "../../operations/admission/ports.ts";
import { keySafe } from "../key-safe.ts";
import { CertificateFacts } from "./certificate-facts.ts";
import { clientRow, readClient, withoutRegistration } from "./client-rows.ts";
import { json } from "./json-column.ts";
import { readRow } from "./legible.ts";
import type { Row, StoredRow } from "./table.ts";

/**
 * Rows of operations in a subscription's partition of the table `clients`:
 *
 *     busy:<client id or operation id>   what is under way; the lock of the client, or the place of a create
 *     key:<SHA-256 of the key>           what was asked under a key, and what came of it; for a day
 *     made:<operation id>                a client as its create left it; for a month, as messages may wait for long
 *     parked:<operation id>              what nobody could end
 */

export const BUSY = "busy:";
export const KEY = "key:";
export const MADE = "made:";
const PARKED = "parked:";
/** `;` follows `:`: the end of the range of a prefix. */
export const afterPrefix = (prefix: string): string => `${prefix.slice(0, -1)};`;

const clientId = z.guid();
/** On whose behalf, and under which key. */
const behalf = {
  as: z.enum(["customer", "operator"]).optional(),
  keyHash: z.string().optional(),
};
const evenLast = z.boolean().optional();
const certificate = z.literal("certificate").optional();
const registers = {
  clientId,
  certificateId: z.guid(),
  displayName: z.string(),
  createdAt: z.iso.datetime(),
  expiresAt: z.iso.datetime(),
  facts: CertificateFacts,
  keyHash: z.string().optional(),
};
const OperationColumn = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("create"),
    displayName: z.string(),
    roles: z.array(Role),
    requestedBy: z.string(),
    watcher: z.object({ person: z.string(), email: z.string() }).optional(),
    secret: z
      .object({
        displayName: z.string(),
        createdAt: z.iso.datetime(),
        expiresAt: z.iso.datetime(),
      })
      .optional(),
    keyHash: z.string().optional(),
  }),
  z.object({
    kind: z.literal("add-secret"),
    clientId,
    displayName: z.string(),
    createdAt: z.iso.datetime(),
    expiresAt: z.iso.datetime(),
    keyHash: z.string().optional(),
  }),
  z.object({ kind: z.literal("remove-secret"), clientId, keyId: z.guid(), evenLast }),
  z.object({
    kind: z.literal("rotate-secret"),
    clientId,
    displayName: z.string(),
    createdAt: z.iso.datetime(),
    expiresAt: z.iso.datetime(),
    keyId: z.guid(),
    retiresAt: z.iso.datetime(),
    replaces: z.guid().optional(),
    keyHash: z.string().optional(),
  }),
  z.object({ kind: z.literal("add-certificate"), ...registers }),
  z.object({ kind: z.literal("remove-certificate"), clientId, keyId: z.guid(), evenLast }),
  z.object({
    kind: z.literal("rotate-certificate"),
    ...registers,
    keyId: z.guid(),
    retiresAt: z.iso.datetime(),
  }),
  z.object({ kind: z.literal("retire-secret"), clientId, keyId: z.guid(), of: certificate }),
  z.object({
    kind: z.literal("move-retirement"),
    clientId,
    keyId: z.guid(),
    retiresAt: z.iso.datetime().optional(),
    of: certificate,
  }),
  z.object({
    kind: z.literal("add-federated"),
    clientId,
    displayName: z.string(),
    issuer: z.string(),
    subject: z.string(),
    audience: z.string(),
    keyHash: z.string().optional(),
  }),
  z.object({ kind: z.literal("remove-federated"), clientId, credentialId: z.guid(), evenLast }),
  z.object({ kind: z.literal("rename"), clientId, displayName: z.string() }),
  z.object({
    kind: z.literal("delete"),
    clientId,
    withSubscription: z.string().optional(),
  }),
  z.object({ kind: z.literal("restore"), clientId, ...behalf }),
  z.object({ kind: z.literal("purge"), clientId }),
  z.object({
    kind: z.literal("suspend"),
    clientId,
    reason: z.string(),
    withSubscription: z.string().optional(),
    ...behalf,
  }),
  z.object({
    kind: z.literal("resume"),
    clientId,
    withSubscription: z.string().optional(),
    ...behalf,
  }),
]);

const instant = z.iso.datetime().transform((value) => new Date(value));
const UnderWayRow = z.object({
  operationId: z.string(),
  subscription: z.string(),
  operation: json(OperationColumn),
  startedAt: instant,
  touchedAt: instant,
  turn: z.number(),
  parkedAt: instant.optional(),
  takesBack: json(z.object({ clientId, keyIds: z.array(z.string()) })).optional(),
  by: json(By)
    .optional()
    .transform((by) => by ?? SOME_CUSTOMER),
});
const KeyRow = z.object({
  keyHash: z.string(),
  fingerprint: z.string(),
  operationId: z.string(),
  startedAt: instant,
  expiresAt: instant,
  clientId: z.guid().optional(),
  keyId: z.guid().optional(),
  replaced: z.guid().optional(),
});
const MadeRow = z.object({ requestedBy: z.string(), actor: json(Actor).optional() });

const at = (subscription: string, rowKey: string) => ({
  partitionKey: keySafe(subscription),
  rowKey,
});
export const busyKey = (subscription: string, holder: string) => at(subscription, BUSY + holder);
export const keyKey = (subscription: string, keyHash: string) => at(subscription, KEY + keyHash);
export const madeKey = (subscription: string, operationId: string) =>
  at(subscription, MADE + operationId);
export const parkedKey = (subscription: string, operationId: string) =>
  at(subscription, PARKED + operationId);

const underWayCells = (entry: UnderWay) => ({
  operationId: entry.operationId,
  subscription: entry.subscription,
  operation: JSON.stringify(entry.operation),
  startedAt: entry.startedAt.toISOString(),
  touchedAt: entry.touchedAt.toISOString(),
  turn: entry.turn,
  parkedAt: entry.parkedAt?.toISOString(),
  takesBack: entry.takesBack && JSON.stringify(entry.takesBack),
  by: JSON.stringify(entry.by),
});

/** @param taker tells apart two who take it over in the same millisecond: each would find its own row otherwise */
export const busyRow = (entry: UnderWay, taker?: string): Row => ({
  ...busyKey(entry.subscription, holderOf(entry)),
  ...underWayCells(entry),
  taker,
});

export const parkedRow = (entry: UnderWay): Row => ({
  ...parkedKey(entry.subscription, entry.operationId),
  ...underWayCells(entry),
});

export const readHeld = ({ row, etag }: StoredRow): Held => ({
  entry: readRow(UnderWayRow, row),
  version: etag,
});

/** What is under way or set aside; nothing for any other row. */
export function readUnended(row: Row): Pick<UnderWay, "operation" | "operationId"> | undefined {
  const isOperation = row.rowKey.startsWith(BUSY) || row.rowKey.startsWith(PARKED);
  return isOperation ? UnderWayRow.parse(row) : undefined;
}

/** Whether a row stands for a place in the account that no client has yet. */
export function holdsPlace(row: Row): boolean {
  const unended = readUnended(row);
  return unended !== undefined && takesPlace(unended.operation);
}

export const keyRow = (subscription: string, key: Key): Row => ({
  ...keyKey(subscription, key.keyHash),
  keyHash: key.keyHash,
  fingerprint: key.fingerprint,
  operationId: key.operationId,
  startedAt: key.startedAt.toISOString(),
  expiresAt: key.expiresAt.toISOString(),
  ...key.result,
});

export function readKey(row: Row): Key {
  const { clientId: id, keyId, replaced, ...rest } = readRow(KeyRow, row);
  const result = id && { clientId: id, ...(keyId && { keyId }), ...(replaced && { replaced }) };
  return { ...rest, ...(result && { result }) };
}

/** Without its registration, which is kept once. */
export const madeRow = ({ record, requestedBy, actor }: Made, madeAt: Date): Row => ({
  ...clientRow(withoutRegistration(record)),
  ...madeKey(record.subscription, record.operationId),
  requestedBy,
  ...(actor && { actor: JSON.stringify(actor) }),
  madeAt: madeAt.toISOString(),
});

export const readMade = (row: Row): Made => ({
  record: readClient(row),
  ...readRow(MadeRow, row),
});
