import * as z from "zod";
import { Actor } from "../../clients/actor.ts";
import { type ClientRecord, Role } from "../../clients/client.ts";
import type { KnownSecret } from "../../clients/known-secrets.ts";
import type { ClientGlance, DeletedClient } from "../../clients/ports.ts";
import { Registration } from "../../clients/registration.ts";
import type { Suspension } from "../../clients/suspension.ts";
import { type Account, newAccount } from "../../operations/admission/account.ts";
import type { VersionedAccount } from "../../operations/admission/ports.ts";
import { keySafe } from "../key-safe.ts";
import { json } from "./json-column.ts";
import { readRow } from "./legible.ts";
import type { Row, StoredRow } from "./table.ts";

/**
 * Table `clients`. One partition a subscription, so that whatever belongs to a change is written in one transaction:
 *
 *     account             how many clients and changes it has used
 *     client:<OID>        a client
 *     deleted:<OID>       a client the directory keeps for 30 days
 *     purged:<OID>        one it does not keep any more: for 30 days, as it leads to what else is kept of it
 *     busy:, key:, made:, parked:     operations: operation-rows.ts
 *     activity:           who did what: activity-rows.ts
 */

export const CLIENT = "client:";
/** `;` follows `:`, so this range holds every client row and nothing else. */
export const AFTER_CLIENTS = "client;";
export const DELETED = "deleted:";

export const accountKey = (subscription: string) => ({
  partitionKey: keySafe(subscription),
  rowKey: "account",
});
export const clientKey = (subscription: string, clientId: string) => ({
  partitionKey: keySafe(subscription),
  rowKey: `${CLIENT}${clientId}`,
});
export const deletedKey = (subscription: string, clientId: string) => ({
  partitionKey: keySafe(subscription),
  rowKey: `${DELETED}${clientId}`,
});
export const PURGED = "purged:";
export const purgedRow = (subscription: string, clientId: string, at: Date): Row => ({
  partitionKey: keySafe(subscription),
  rowKey: `${PURGED}${clientId}`,
  purgedAt: at.toISOString(),
});

/**
 * Without the people: whoever asked for a client that has gone need not be known here for a month. And without its registration:
 * the token of a client that was deleted opens nothing any more, even when that client comes back.
 */
export const deletedRow = (record: ClientRecord, at: Date): Row => ({
  ...clientRow(withoutPeople(withoutRegistration(record))),
  rowKey: `${DELETED}${record.id}`,
  deletedAt: at.toISOString(),
});

function withoutPeople({ requester: _, consent, ...record }: ClientRecord): ClientRecord {
  const { decidedBy: _by, ...rest } = consent;
  return { ...record, consent: rest };
}

export const withoutRegistration = ({ registration: _, ...record }: ClientRecord): ClientRecord =>
  record;

const instant = z.iso.datetime().transform((value) => new Date(value));

/** JSON, as the table has no columns within columns. */
const StopColumn = z.string().transform((value) => Stop.parse(JSON.parse(value)));
const Stop = z.object({
  operationId: z.string(),
  reason: z.string(),
  at: instant,
  deleteAt: instant.optional(),
  endedAt: instant.optional(),
});

const AccountRow = z.object({
  subscription: z.string(),
  clients: z.number(),
  minute: z.number(),
  writes: z.number(),
  activeOn: z.string().optional(),
  webhook: z.boolean().optional(),
  blocked: StopColumn.optional(),
  suspended: StopColumn.optional(),
  resumed: z.string().optional(),
  unblocked: z.string().optional(),
  deletedOn: z
    .string()
    .transform((value) => z.record(z.iso.date(), z.number()).parse(JSON.parse(value)))
    .optional(),
});

const KnownSecretCell = z
  .object({
    keyId: z.guid(),
    kind: z.literal("certificate").optional(),
    expiresAt: instant,
    retiresAt: instant.optional(),
    snoozedUntil: instant.optional(),
    goneAt: instant.optional(),
  })
  .transform(
    ({ kind, retiresAt, snoozedUntil, goneAt, ...secret }): KnownSecret => ({
      ...secret,
      ...(kind && { kind }),
      ...(retiresAt && { retiresAt }),
      ...(snoozedUntil && { snoozedUntil }),
      ...(goneAt && { goneAt }),
    }),
  );

const ClientRow = z.object({
  id: z.guid(),
  appId: z.guid(),
  subscription: z.string(),
  displayName: z.string(),
  roles: z.string().transform((value) => z.array(Role).parse(value.split(" "))),
  createdAt: instant,
  operationId: z.string(),
  revision: z.number(),
  consentState: z.enum(["pending", "granted", "rejected", "revoked"]),
  consentRequestedAt: instant,
  consentDueAt: instant,
  consentSlaHours: z.number(),
  consentRemindersSent: z.number(),
  consentDecidedAt: instant.optional(),
  consentReason: z.string().optional(),
  consentDecidedBy: json(Actor).optional(),
  requester: json(Actor).optional(),
  restoredAt: instant.optional(),
  noWebhook: z.boolean().optional(),
  suspendedBy: z.enum(["customer", "operator"]).optional(),
  suspendedReason: z.string().optional(),
  suspendedAt: instant.optional(),
  suspendedWith: z.string().optional(),
  suspendedOverReason: z.string().optional(),
  suspendedOverAt: instant.optional(),
  secrets: json(z.array(KnownSecretCell)).optional(),
  registration: json(Registration).optional(),
});

/** `writeId` makes the row's content tell whose write it was. */
export const accountRow = ({ blocked, suspended, ...account }: Account, writeId: string): Row => ({
  ...accountKey(account.subscription),
  ...account,
  ...(blocked && { blocked: JSON.stringify(blocked) }),
  ...(suspended && { suspended: JSON.stringify(suspended) }),
  deletedOn: account.deletedOn && JSON.stringify(account.deletedOn),
  writeId,
});

export function readAccount(subscription: string, stored: StoredRow | undefined): VersionedAccount {
  if (!stored) {
    return { account: newAccount(subscription), version: undefined };
  }
  return { account: readRow(AccountRow, stored.row), version: stored.etag };
}

export function clientRow(record: ClientRecord): Row {
  const { consent } = record;
  return {
    ...clientKey(record.subscription, record.id),
    id: record.id,
    appId: record.appId,
    subscription: record.subscription,
    displayName: record.displayName,
    roles: record.roles.join(" "),
    createdAt: record.createdAt.toISOString(),
    operationId: record.operationId,
    revision: record.revision,
    consentState: consent.state,
    consentRequestedAt: consent.requestedAt.toISOString(),
    consentDueAt: consent.dueAt.toISOString(),
    consentSlaHours: consent.slaHours,
    consentRemindersSent: consent.remindersSent,
    ...(consent.decidedAt && { consentDecidedAt: consent.decidedAt.toISOString() }),
    ...(consent.reason !== undefined && { consentReason: consent.reason }),
    ...(consent.decidedBy && { consentDecidedBy: JSON.stringify(consent.decidedBy) }),
    ...(record.requester && { requester: JSON.stringify(record.requester) }),
    ...(record.restoredAt && { restoredAt: record.restoredAt.toISOString() }),
    ...(record.noWebhook && { noWebhook: true }),
    ...suspensionCells(record.suspended),
    ...(record.secrets && { secrets: JSON.stringify(record.secrets) }),
    ...(record.registration && { registration: JSON.stringify(record.registration) }),
  };
}

const suspensionCells = (suspended: Suspension | undefined) =>
  suspended && {
    suspendedBy: suspended.by,
    suspendedReason: suspended.reason,
    suspendedAt: suspended.at.toISOString(),
    suspendedWith: suspended.withSubscription,
    suspendedOverReason: suspended.over?.reason,
    suspendedOverAt: suspended.over?.at.toISOString(),
  };

function readSuspension({
  suspendedBy: by,
  suspendedReason: reason = "",
  suspendedAt: at,
  suspendedWith: withSubscription,
  suspendedOverReason: overReason = "",
  suspendedOverAt: overAt,
}: z.infer<typeof ClientRow>): Suspension | undefined {
  if (!by || !at) return undefined;
  return {
    ...{ by, reason, at },
    ...(withSubscription !== undefined && { withSubscription }),
    ...(overAt && { over: { reason: overReason, at: overAt } }),
  };
}

export function readClient(row: Row): ClientRecord {
  const parsed = readRow(ClientRow, row);
  const suspended = readSuspension(parsed);
  return {
    id: parsed.id,
    appId: parsed.appId,
    subscription: parsed.subscription,
    displayName: parsed.displayName,
    roles: parsed.roles,
    createdAt: parsed.createdAt,
    operationId: parsed.operationId,
    revision: parsed.revision,
    consent: {
      state: parsed.consentState,
      requestedAt: parsed.consentRequestedAt,
      dueAt: parsed.consentDueAt,
      slaHours: parsed.consentSlaHours,
      remindersSent: parsed.consentRemindersSent,
      ...(parsed.consentDecidedAt && { decidedAt: parsed.consentDecidedAt }),
      ...(parsed.consentReason !== undefined && { reason: parsed.consentReason }),
      ...(parsed.consentDecidedBy && { decidedBy: parsed.consentDecidedBy }),
    },
    ...(parsed.restoredAt && { restoredAt: parsed.restoredAt }),
    ...(parsed.requester && { requester: parsed.requester }),
    ...(parsed.noWebhook && { noWebhook: true }),
    ...(suspended && { suspended }),
    ...(parsed.secrets && { secrets: parsed.secrets }),
    ...(parsed.registration && { registration: parsed.registration }),
  };
}

const GlanceRow = ClientRow.pick({ id: true, operationId: true, consentState: true });

/** Of hundreds of rows one is read: the others are only counted, by their state. */
export function glanceAt({ row, etag }: StoredRow): ClientGlance {
  const { id, operationId, consentState: state } = GlanceRow.parse(row);
  return { id, operationId, state, read: () => ({ record: readClient(row), version: etag }) };
}

const DeletedRow = z.object({ deletedAt: instant });

export const readDeleted = ({ row, etag }: StoredRow): DeletedClient => ({
  record: readClient(row),
  version: etag,
  ...readRow(DeletedRow, row),
});
