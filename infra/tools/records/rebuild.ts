import { keySafe } from "../../../shared/adapters/key-safe.ts";
import {
  accountKey,
  accountRow,
  CLIENT,
  clientKey,
  clientRow,
  DELETED,
  deletedKey,
  readAccount,
  readClient,
  readDeleted,
} from "../../../shared/adapters/records/client-rows.ts";
import { caseRow } from "../../../shared/adapters/records/consent-rows.ts";
import { dueRowKey } from "../../../shared/adapters/records/due-index.ts";
import { holdsPlace, readUnended } from "../../../shared/adapters/records/operation-rows.ts";
import {
  eachRow,
  type Row,
  type StoredRow,
  type Table,
} from "../../../shared/adapters/records/table.ts";
import { inLanes } from "../../../shared/base/in-lanes.ts";
import type { DueEntry } from "../../../shared/care/due-index.ts";
import type { ConsentState } from "../../../shared/clients/consent.ts";
import { LATE_FOR_MS } from "../../../shared/clients/late.ts";
import type { Calendar } from "../../../shared/consent/clock/calendar.ts";
import { holderOf } from "../../../shared/operations/admission/operation.ts";
import type { DirectoryContent } from "./read-directory.ts";
import { rebuildCase, rebuildRecord, type TaggedClient } from "./rebuild-record.ts";
import { rebuildSecrets } from "./rebuild-secrets.ts";

/** Rows written at once: far below what one table takes. */
const LANES = 16;

const STATES = ["pending", "granted", "rejected", "revoked"] as const satisfies ConsentState[];

export interface RebuildOptions {
  readonly clients: Table;
  readonly consents: Table;
  readonly journal: Table;
  readonly promise: { readonly slaMs: number; readonly calendar: Calendar };
  readonly newId: () => string;
  readonly now: Date;
  /** False: only say what would be done. */
  readonly apply: boolean;
}

/** What was done, or would be. Ids are object ids of app registrations. */
export interface RebuildReport {
  readonly inDirectory: number;
  readonly present: number;
  readonly restored: readonly string[];
  /** Being made, brought back or deleted, or deleted a moment ago: the service's own, and left alone. */
  readonly inHand: readonly string[];
  readonly cases: number;
  /** Records of secrets. */
  readonly secrets: number;
  /** Accounts whose count of clients was wrong or missing. */
  readonly accounts: number;
  /** In the records and no longer in the directory: left alone, for a person to look at. */
  readonly orphans: readonly string[];
  /** Rows that cannot be read: what they hold is unknown, so all of their subscriptions is left alone. */
  readonly illegible: readonly string[];
  readonly unreadable: readonly string[];
  /** Tagged as ours by somebody else: not adopted. */
  readonly notOwned: readonly string[];
}

/**
 * Brings back what the directory knows and the records have lost. Adds rows and corrects counts; changes and removes no row
 * that is there. May be run again at any time, also while the service works.
 */
export async function rebuildRecords(
  all: DirectoryContent,
  options: RebuildOptions,
): Promise<RebuildReport> {
  const { clients, consents, apply } = options;
  const known = new Map<string, StoredRow>();
  for await (const stored of eachRow(clients, {})) known.set(keyOf(stored.row), stored);
  const illegible = [...known.values()].filter(isIllegible).map(({ row }) => row);
  const unsure = new Set(illegible.map(({ partitionKey }) => partitionKey));
  const isSure = ({ subscription }: TaggedClient) => !unsure.has(keySafe(subscription));
  const content = { ...all, clients: all.clients.filter(isSure) };
  for (const [key, { row }] of known) if (unsure.has(row.partitionKey)) known.delete(key);
  const listedCases = new Set<string>();
  for (const partition of STATES)
    for await (const { row } of eachRow(consents, { partition })) listedCases.add(row.rowKey);

  const restored: string[] = [];
  let cases = 0;
  let secrets = 0;
  const indexed = new Set<string>();
  if (apply) for await (const { row } of eachRow(options.journal, {})) indexed.add(row.rowKey);
  const isIndexed = (secret: Omit<DueEntry, "at">) => indexed.has(dueRowKey(secret));
  const inHand = content.clients.filter(heldByService(content.since, known)).map(({ id }) => id);
  await inLanes(LANES, content.clients, async (client) => {
    if (inHand.includes(client.id)) return;
    const grant = content.grants.get(client.appId);
    const { record, listed } = rebuildRecord(client, grant, options.promise);
    const row = clientRow(record);
    const kept = known.get(keyOf(row));
    if (!kept) {
      restored.push(client.id);
      if (apply) {
        const made = await clients.insert(row);
        if (made) known.set(keyOf(row), { row, etag: made.etag });
      } else known.set(keyOf(row), { row, etag: "" });
    }
    const found = await rebuildSecrets(
      client,
      (key) => known.get(keyOf(key))?.row,
      isIndexed,
      apply ? options : undefined,
    );
    secrets += found;
    if (!listedCases.has(client.id)) {
      cases += 1;
      const missing = kept ? rebuildCase(readClient(kept.row), grant) : listed;
      if (apply) await consents.insert(caseRow(missing));
    }
  });
  const inDirectory = new Set(all.clients.map(({ id }) => id));
  const rows = [...known.values()].map(({ row }) => row);
  // One that was made while the directory was read, or just before, need not be in what was read.
  const isOld = ({ createdAt }: Row) =>
    Date.parse(String(createdAt)) < content.since.getTime() - LATE_FOR_MS;
  const orphans = rows
    .filter((row) => row.rowKey.startsWith(CLIENT) && !inDirectory.has(String(row["id"])))
    .filter(isOld)
    .map((row) => String(row["id"]));
  return {
    inDirectory: all.clients.length,
    present: content.clients.length - restored.length - inHand.length,
    restored,
    inHand,
    cases,
    secrets,
    accounts: await correctAccounts(content, known, options),
    orphans,
    illegible: illegible.map(({ partitionKey, rowKey }) => `${partitionKey}, ${rowKey}`),
    unreadable: content.unreadable,
    notOwned: content.notOwned,
  };
}

/** Of those rows that say what may be rebuilt. */
function isIllegible(stored: StoredRow): boolean {
  const { row } = stored;
  try {
    readUnended(row);
    if (row.rowKey.startsWith(CLIENT)) readClient(row);
    if (row.rowKey.startsWith(DELETED)) readDeleted(stored);
    if (row.rowKey === accountKey("").rowKey) readAccount("", stored);
    return false;
  } catch {
    return true;
  }
}

/** Whether the service itself is about to record a client that it has no record of, or has just taken it off. */
function heldByService(since: Date, known: ReadonlyMap<string, StoredRow>) {
  const holders = new Set<string>();
  for (const { row } of known.values()) {
    const unended = readUnended(row);
    if (unended) holders.add(holderOf(unended));
  }
  return ({ subscription, id, operationId }: TaggedClient): boolean => {
    if (known.has(keyOf(clientKey(subscription, id)))) return false;
    if (holders.has(operationId) || holders.has(id)) return true;
    const deleted = known.get(keyOf(deletedKey(subscription, id)));
    return (
      deleted !== undefined &&
      readDeleted(deleted).deletedAt.getTime() > since.getTime() - LATE_FOR_MS
    );
  };
}

const keyOf = ({ partitionKey, rowKey }: { partitionKey: string; rowKey: string }): string =>
  `${partitionKey}\n${rowKey}`;

/** An account counts the clients it has and the places of creates that are under way. */
async function correctAccounts(
  content: DirectoryContent,
  known: ReadonlyMap<string, StoredRow>,
  { clients, newId, apply }: RebuildOptions,
): Promise<number> {
  const taken = new Map<string, number>();
  for (const { row } of known.values()) {
    const counts = row.rowKey.startsWith(CLIENT) || holdsPlace(row);
    if (counts) taken.set(row.partitionKey, (taken.get(row.partitionKey) ?? 0) + 1);
  }
  let corrected = 0;
  for (const subscription of new Set(content.clients.map((client) => client.subscription))) {
    const key = accountKey(subscription);
    const stored = known.get(keyOf(key));
    const { account } = readAccount(subscription, stored);
    const count = taken.get(key.partitionKey) ?? 0;
    if (stored && account.clients === count) continue;
    corrected += 1;
    if (!apply) continue;
    const row = accountRow({ ...account, clients: count }, newId());
    // Somebody who changed it meanwhile is right: the next run looks again.
    await (stored ? clients.replace(row, stored.etag) : clients.insert(row));
  }
  return corrected;
}
