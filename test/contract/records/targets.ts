import { TableClient, TableServiceClient } from "@azure/data-tables";
import { DefaultAzureCredential } from "@azure/identity";
import { startTables } from "../../../infra/local/tables/start.ts";
import { openTap } from "../../../infra/local/tap.ts";
import { azureTable } from "../../../shared/adapters/records/azure-table.ts";
import { openTable } from "../../../shared/adapters/records/connect.ts";
import type { Table } from "../../../shared/adapters/records/table.ts";
import { memoryTable } from "../../doubles/memory-table.ts";
import { afterFile } from "../../support/after-file.ts";
import { ownAccount } from "../../support/own-account.ts";

/**
 * What the records' contract is run on: the table in memory, and the real adapter on Azurite. With the connection string of a
 * storage account in `LATCHKEY_TEST_TABLES`, or its table endpoint to sign in to as the person who runs it, it runs on that
 * account instead of Azurite, in tables of its own.
 */
export interface TablesTarget {
  readonly name: string;
  /** How many requests one call costs. */
  readonly requests: number;
  /** A new, empty table. */
  newTable(): Promise<Table>;
}

async function azurite(): Promise<string> {
  const tables = await startTables({
    port: 0,
    data: ownAccount(),
    tap: openTap,
    tables: [],
  });
  return tables.settings.RecordsConnection;
}

/** Of this worker, whose files run one after another, each in tables of its own. */
let account: Promise<string> | undefined;

async function newRealTable(): Promise<Table> {
  const given = process.env["LATCHKEY_TEST_TABLES"];
  account ??= given ? Promise.resolve(given) : azurite();
  const connectionString = await account;
  const name = `test${crypto.randomUUID().replaceAll("-", "")}`;
  if (connectionString.startsWith("https://")) {
    const person = new DefaultAzureCredential();
    await make(new TableServiceClient(connectionString, person), name);
    return azureTable(
      new TableClient(connectionString, name, person, { retryOptions: { maxRetries: 0 } }),
    );
  }
  const insecure = { allowInsecureConnection: true };
  await make(TableServiceClient.fromConnectionString(connectionString, insecure), name);
  return openTable({ kind: "connectionString", connectionString }, name);
}

async function make(service: TableServiceClient, name: string): Promise<void> {
  await service.createTable(name);
  afterFile(() => service.deleteTable(name));
}

export const tableTargets: readonly TablesTarget[] = [
  { name: "in memory", requests: 0, newTable: async () => memoryTable() },
  { name: "in Table Storage", requests: 1, newTable: newRealTable },
];
