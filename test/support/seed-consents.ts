import { TableClient, TableTransaction } from "@azure/data-tables";
import type { Cloud } from "../../infra/local/cloud.ts";
import { clientRow } from "../../shared/adapters/records/client-rows.ts";
import { caseRow } from "../../shared/adapters/records/consent-rows.ts";
import type { Row } from "../../shared/adapters/records/table.ts";
import type { ClientRecord } from "../../shared/clients/client.ts";
import { openCase } from "../../shared/consent/consent-case.ts";
import { aRecord, newId } from "./samples.ts";

/** Rows written past the service, a hundred to a transaction: a test of costs needs more clients than it could create. */

const PER_TRANSACTION = 100;

const tableOf = (cloud: Cloud, name: string): TableClient =>
  TableClient.fromConnectionString(cloud.addresses.tables, name, { allowInsecureConnection: true });

async function insertAll(table: TableClient, rows: readonly Row[]): Promise<void> {
  for (let at = 0; at < rows.length; at += PER_TRANSACTION) {
    const transaction = new TableTransaction();
    for (const row of rows.slice(at, at + PER_TRANSACTION)) {
      const cells = Object.entries(row).filter(([, cell]) => cell !== undefined);
      transaction.createEntity({
        partitionKey: row.partitionKey,
        rowKey: row.rowKey,
        ...Object.fromEntries(cells),
      });
    }
    await table.submitTransaction(transaction.actions);
  }
}

/** So many clients whose consent was granted long ago, a hundred to a subscription. */
export async function seedGranted(cloud: Cloud, count: number): Promise<void> {
  const { consent } = aRecord();
  const table = tableOf(cloud, "clients");
  const lanes = Array.from({ length: count / PER_TRANSACTION }, () => newId()).values();
  const lane = async (): Promise<void> => {
    for (const subscription of lanes) {
      const granted = { ...consent, state: "granted" as const, decidedAt: consent.requestedAt };
      const rows = Array.from({ length: PER_TRANSACTION }, () =>
        clientRow(aRecord({ subscription, consent: granted })),
      );
      await insertAll(table, rows);
    }
  };
  await Promise.all([lane(), lane(), lane(), lane()]);
}

/** So many clients that wait, requested and alerted just now. */
export async function seedPending(cloud: Cloud, count: number): Promise<readonly ClientRecord[]> {
  const now = new Date();
  const { consent } = aRecord();
  const dueAt = new Date(now.getTime() + 86_400_000);
  const records = Array.from({ length: count }, () =>
    aRecord({
      subscription: "seeded",
      createdAt: now,
      consent: { ...consent, requestedAt: now, dueAt },
    }),
  );
  await insertAll(tableOf(cloud, "clients"), records.map(clientRow));
  const cases = records.map((record) => ({
    ...openCase(record, "Ann"),
    nextLookAt: new Date(now.getTime() + 43_200_000),
  }));
  await insertAll(tableOf(cloud, "consents"), cases.map(caseRow));
  return records;
}
