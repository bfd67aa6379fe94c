import { clientRecords } from "../../shared/adapters/records/client-records.ts";
import { tableJournal } from "../../shared/adapters/records/journal.ts";
import { operationRecords } from "../../shared/adapters/records/operation-records.ts";
import { operatorKeys } from "../../shared/adapters/records/operator-keys.ts";
import type { Runtime } from "../../shared/base/runtime.ts";
import type { ClientRecord } from "../../shared/clients/client.ts";
import { always } from "../../shared/consent/clock/calendar.ts";
import type { CreateDeps } from "../../shared/operations/create-client.ts";
import { type DeleteDeps, settleDelete } from "../../shared/operations/delete-client.ts";
import { subscriptionLine } from "../../shared/operations/line.ts";
import type { Held, UnderWay } from "../../shared/operations/operation.ts";
import { settleRemoveSecret } from "../../shared/operations/remove-secret.ts";
import { settleRename } from "../../shared/operations/rename-client.ts";
import { settle } from "../../shared/operations/settle.ts";
import { settleAddSecret } from "../../shared/operations/settle-add-secret.ts";
import { settleCreate } from "../../shared/operations/settle-create.ts";
import { memoryChecks, memoryConsentQueue, memoryEvents } from "../doubles/memory-bus.ts";
import { memoryDirectory } from "../doubles/memory-directory.ts";
import { memoryTable } from "../doubles/memory-table.ts";
import { later, NOON, newId } from "./samples.ts";

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

/** The product's operations over ports in memory, with everything a test may want to look into afterwards. */
export function testProduct(limits: { maxClients?: number; writesPerMinute?: number } = {}) {
  const runtime = testRuntime();
  const clients = memoryTable();
  const unlisted: ClientRecord[] = [];
  const parts = {
    runtime,
    directory: memoryDirectory(runtime),
    records: clientRecords(clients, newId, runtime.pause),
    operations: operationRecords(clients, newId),
    journal: tableJournal(memoryTable()),
    operatorKeys: operatorKeys(memoryTable()),
    consentQueue: memoryConsentQueue(),
    checks: memoryChecks(),
    events: memoryEvents(),
    line: subscriptionLine(),
    limits: { maxClients: 10, writesPerMinute: 100, ...limits },
    promise: { slaMs: 86_400_000, calendar: always },
    reconcileAfterMs: RECONCILE_AFTER_MS,
  };
  const product = {
    ...parts,
    clientsTable: clients,
    unlisted,
    unlist: async (record: ClientRecord) => {
      unlisted.push(record);
    },
    settle: (held: Held) => settle(settling, held),
  } satisfies CreateDeps & DeleteDeps & Record<string, unknown>;
  const settling = {
    ...product,
    settlers: {
      create: settleCreate(product),
      rename: settleRename(product),
      delete: settleDelete(product),
      "add-secret": settleAddSecret(product),
      "remove-secret": settleRemoveSecret(product),
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
