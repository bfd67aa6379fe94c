import { activityRecords } from "../../shared/adapters/records/activity-records.ts";
import { clientRecords } from "../../shared/adapters/records/client-records.ts";
import { tableJournal } from "../../shared/adapters/records/journal.ts";
import { operationRecords } from "../../shared/adapters/records/operation-records.ts";
import { operatorKeys } from "../../shared/adapters/records/operator-keys.ts";
import { runRecords } from "../../shared/adapters/records/run-records.ts";
import { secretRecords } from "../../shared/adapters/records/secret-records.ts";
import type { Table } from "../../shared/adapters/records/table.ts";
import { usageBoard } from "../../shared/adapters/records/usage-board.ts";
import type { Runtime } from "../../shared/base/runtime.ts";
import { sharedUsage } from "../../shared/base/usage.ts";
import type { ClientRecord } from "../../shared/clients/client.ts";
import { CredentialKind } from "../../shared/clients/credential.ts";
import type { CredentialRules } from "../../shared/clients/credential-rules.ts";
import { always } from "../../shared/consent/clock/calendar.ts";
import type { ConsentPromise } from "../../shared/consent/request-consent.ts";
import { newKey } from "../../shared/operations/admission/key.ts";
import {
  type AddCertificateOperation,
  type Held,
  isOfDeleted,
  keyHashOf,
  type Operation,
  type RemoveCertificateOperation,
  type RemoveSecretOperation,
  type ResumeOperation,
  type RetireSecretOperation,
  type RotateCertificateOperation,
  type SuspendOperation,
  takesPlace,
  type UnderWay,
} from "../../shared/operations/admission/operation.ts";
import { sharedLine } from "../../shared/operations/admission/shared-turn.ts";
import { writeShare } from "../../shared/operations/admission/write-share.ts";
import {
  type CreateDeps,
  type CreateRequest,
  createClient,
} from "../../shared/operations/clients/create-client.ts";
import { type DeleteDeps, settleDelete } from "../../shared/operations/clients/delete-client.ts";
import { settlePurge } from "../../shared/operations/clients/purge-client.ts";
import { settleRename } from "../../shared/operations/clients/rename-client.ts";
import { type RestoreDeps, settleRestore } from "../../shared/operations/clients/restored.ts";
import { settleStop } from "../../shared/operations/clients/suspend-client.ts";
import { settleAddFederated } from "../../shared/operations/credentials/add-federated.ts";
import { settleMoveRetirement } from "../../shared/operations/credentials/move-retirement.ts";
import { settleRegistration } from "../../shared/operations/credentials/register-certificate.ts";
import { settleRemoveFederated } from "../../shared/operations/credentials/remove-federated.ts";
import { settleRemoval } from "../../shared/operations/credentials/remove-secret.ts";
import { settle } from "../../shared/operations/settling/settle.ts";
import { settleAddSecret } from "../../shared/operations/settling/settle-add-secret.ts";
import { settleCreate } from "../../shared/operations/settling/settle-create.ts";
import { settleRotate } from "../../shared/operations/settling/settle-rotate.ts";
import { memoryChecks, memoryConsentQueue, memoryEvents } from "../doubles/memory-bus.ts";
import { memoryDirectory } from "../doubles/memory-directory.ts";
import { memoryTable } from "../doubles/memory-table.ts";
import { admitOne } from "./admit-one.ts";
import { ANN, anOperation, later, NOON, newId } from "./samples.ts";
import { tappedTable } from "./tapped-table.ts";

/** Time that passes only when somebody pauses or a test says so. */
export function testRuntime(): Runtime & { pass(milliseconds: number): void } {
  let now = NOON;
  const pass = (milliseconds: number): void => {
    now = later(milliseconds, now);
  };
  return {
    now: () => now,
    newId,
    pause: async (milliseconds) => pass(milliseconds),
    random: () => 0.5,
    pass,
  };
}

export const RECONCILE_AFTER_MS = 120_000;

export interface Beside {
  readonly runtime: ReturnType<typeof testRuntime>;
  readonly directory: ReturnType<typeof memoryDirectory>;
  readonly checks: ReturnType<typeof memoryChecks>;
  readonly events: ReturnType<typeof memoryEvents>;
  readonly consentQueue?: ReturnType<typeof memoryConsentQueue>;
  readonly promise?: ConsentPromise;
  readonly unlist?: DeleteDeps["unlist"];
}

/**
 * The product's operations over ports in memory, with everything a test may want to look into afterwards.
 *
 * @param tables where the records lie, for tests that count what real tables are asked
 * @param beside another host of the same product: on these tables, with its directory, its bus and its clock
 */
export function testProduct(
  limits: {
    maxClients?: number;
    writesPerMinute?: number;
    maxDeleted?: number;
    directoryWritesPerMinute?: number;
  } = {},
  tables: { clients: Table; journal: Table } = { clients: memoryTable(), journal: memoryTable() },
  beside?: Beside,
) {
  const runtime = beside?.runtime ?? testRuntime();
  const clients = tappedTable(tables.clients);
  const journalTable = tappedTable(tables.journal);
  const unlisted: ClientRecord[] = [];
  const usage = sharedUsage(usageBoard(memoryTable()), runtime);
  const parts = {
    runtime,
    directory: beside?.directory ?? memoryDirectory(runtime),
    records: clientRecords(clients, runtime.newId, runtime.pause),
    operations: operationRecords(clients, runtime.newId),
    secrets: secretRecords(clients, runtime.newId),
    journal: tableJournal(journalTable),
    activity: activityRecords(clients),
    runs: runRecords(journalTable, runtime.newId),
    directoryWritesPerMinute: limits.directoryWritesPerMinute ?? 1_000,
    operatorKeys: operatorKeys(memoryTable()),
    consentQueue: beside?.consentQueue ?? memoryConsentQueue(),
    checks: beside?.checks ?? memoryChecks(),
    events: beside?.events ?? memoryEvents(),
    line: sharedLine(),
    limits: { maxClients: 10, writesPerMinute: 100, maxDeleted: 100, ...limits },
    usage,
    share: writeShare(usage, limits.directoryWritesPerMinute ?? 1_000),
    promise: beside?.promise ?? { slaMs: 86_400_000, calendar: always },
    reconcileAfterMs: RECONCILE_AFTER_MS,
    credentialRules: {
      directory: CredentialKind.options,
      setting: CredentialKind.options,
      secrets: "allowed",
    } satisfies CredentialRules as CredentialRules,
  };
  const product = {
    ...parts,
    clientsTable: clients,
    journalTable,
    /** The same past whatever a test puts in between. */
    tables,
    unlisted,
    unlist:
      beside?.unlist ??
      (async (record: ClientRecord) => {
        unlisted.push(record);
      }),
    settle: (held: Held): Promise<unknown> => settle(settling, held),
  } satisfies CreateDeps & DeleteDeps & RestoreDeps & Record<string, unknown>;
  const settling = {
    ...product,
    settlers: {
      create: settleCreate(product),
      rename: settleRename(product),
      delete: settleDelete(product),
      "add-secret": settleAddSecret(product),
      "remove-secret": settleRemoval<RemoveSecretOperation>(product),
      "rotate-secret": settleRotate(product),
      "add-certificate": settleRegistration<AddCertificateOperation>(product),
      "remove-certificate": settleRemoval<RemoveCertificateOperation>(product),
      "rotate-certificate": settleRegistration<RotateCertificateOperation>(product),
      "retire-secret": settleRemoval<RetireSecretOperation>(product),
      "move-retirement": settleMoveRetirement(product),
      "add-federated": settleAddFederated(product),
      "remove-federated": settleRemoveFederated(product),
      restore: settleRestore(product),
      purge: settlePurge(product),
      suspend: settleStop<SuspendOperation>(product),
      resume: settleStop<ResumeOperation>(product),
    },
  };
  return settling;
}

export type TestProduct = ReturnType<typeof testProduct>;

/** What nobody has ended yet. */
export async function underWay(
  { operations }: Pick<TestProduct, "operations">,
  subscription = "contoso",
): Promise<UnderWay[]> {
  return (await operations.allUnderWay(subscription)).map(({ entry }) => entry);
}

/** A client of the subscription, made the whole way; no request is remembered of that. */
export async function aClient(
  product: TestProduct,
  request: Partial<CreateRequest> = {},
): Promise<ClientRecord> {
  const created = await createClient(product, {
    subscription: "contoso",
    displayName: "A client",
    roles: ["api.read"],
    requestedBy: "Ann",
    by: ANN,
    ...request,
  });
  if (!created.ok) throw new Error(created.refusal.reason);
  product.clientsTable.forget();
  product.journalTable.forget();
  return created.value;
}

/** What is left of a process that dies right after its operation was admitted; taken up a while ago. */
export async function abandoned<Kind extends Operation>(
  product: TestProduct,
  operation: Kind,
  changes: Parameters<typeof anOperation>[1] = {},
): Promise<Held<Kind>> {
  const { operations, records, runtime } = product;
  const now = runtime.now();
  const entry = anOperation(operation, { startedAt: now, touchedAt: now, ...changes });
  const { account, version } = await operations.account(entry.subscription);
  const clients = account.clients + (takesPlace(operation) ? 1 : 0);
  const keyHash = keyHashOf(operation);
  const client =
    operation.kind === "create"
      ? undefined
      : await (isOfDeleted(operation) ? records.deleted : records.client)(
          entry.subscription,
          operation.clientId,
        );
  const answer = await admitOne(operations, {
    entry,
    account: { account: { ...account, clients }, version },
    ...(client && { client }),
    ...(keyHash !== undefined && {
      key: { key: newKey({ keyHash, fingerprint: "the request" }, entry.operationId, now) },
    }),
  });
  if (!answer.admitted) throw new Error(`Not admitted: ${answer.changed}`);
  runtime.pass(RECONCILE_AFTER_MS);
  return { entry, version: answer.held.version };
}

/** Places that the subscription has used. */
export const placesOf = async (
  { operations }: Pick<TestProduct, "operations">,
  subscription = "contoso",
): Promise<number> => (await operations.account(subscription)).account.clients;
