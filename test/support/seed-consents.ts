import { TableClient, TableTransaction } from "@azure/data-tables";
import { ServiceBusClient } from "@azure/service-bus";
import * as z from "zod";
import type { Cloud } from "../../infra/local/cloud.ts";
import { clientRow } from "../../shared/adapters/records/client-rows.ts";
import { caseRow } from "../../shared/adapters/records/consent-rows.ts";
import type { Row } from "../../shared/adapters/records/table.ts";
import type { ClientRecord } from "../../shared/clients/client.ts";
import { openCase } from "../../shared/consent/consent-case.ts";
import type { ConsentRequested } from "../../shared/events/consent-requested.ts";
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
  const told = { "requested:": ["webhook", "teams", "email", "events"] };
  const nextCheckAt = new Date(now.getTime() + 43_200_000);
  const cases = records.map((record) => ({
    ...openCase(record, "Ann"),
    clock: { nextCheckAt, byMessage: false, attempts: 0, told },
  }));
  await insertAll(tableOf(cloud, "consents"), cases.map(caseRow));
  return records;
}

const Made = z.object({
  responses: z.array(
    z.object({ status: z.literal(201), body: z.object({ id: z.guid(), appId: z.guid() }) }),
  ),
});

/** App registrations as an administrator makes them, 20 to a call. */
async function registerMany(cloud: Cloud, count: number) {
  const made: { id: string; appId: string }[] = [];
  while (made.length < count) {
    const requests = Array.from({ length: Math.min(20, count - made.length) }, (_, index) => ({
      id: String(index),
      method: "POST",
      url: "/applications",
      headers: { "Content-Type": "application/json" },
      body: { displayName: `No. ${made.length + index}` },
    }));
    const answer = await fetch(`${cloud.addresses.graph}/$batch`, {
      method: "POST",
      headers: {
        authorization: `Bearer ${cloud.addresses.users.olga.graphToken}`,
        "content-type": "application/json",
      },
      body: JSON.stringify({ requests }),
    });
    made.push(...Made.parse(await answer.json()).responses.map(({ body }) => body));
  }
  return made;
}

/**
 * So many clients, all asked for at this moment: in the directory, in the records, and with their message in the queue, as
 * creates leave them.
 */
export async function seedRequested(
  cloud: Cloud,
  count: number,
  slaMs: number,
): Promise<readonly ClientRecord[]> {
  const registered = await registerMany(cloud, count);
  const now = new Date();
  const records = registered.map((ids) =>
    aRecord({
      ...ids,
      subscription: "seeded",
      createdAt: now,
      consent: {
        state: "pending",
        requestedAt: now,
        dueAt: new Date(now.getTime() + slaMs),
        slaHours: slaMs / 3_600_000,
        remindersSent: 0,
      },
    }),
  );
  await insertAll(tableOf(cloud, "clients"), records.map(clientRow));
  const bus = new ServiceBusClient(cloud.addresses.serviceBus);
  await bus.createSender("consent").sendMessages(
    records.map(({ id, operationId, subscription }) => {
      const body: ConsentRequested = {
        ...{ type: "consent.requested", version: 1 },
        ...{ operationId, clientId: id, subscription, requestedBy: "Ann" },
      };
      return { messageId: operationId, contentType: "application/json", body };
    }),
  );
  await bus.close();
  return records;
}
