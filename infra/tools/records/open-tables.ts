import { TableClient, TableServiceClient } from "@azure/data-tables";
import { azureTable } from "../../../shared/adapters/records/azure-table.ts";
import type { Table } from "../../../shared/adapters/records/table.ts";
import { readTopology } from "../../topology.ts";

export interface TablesPlace {
  readonly connectionString: string | undefined;
  /** Signed in to as the person who runs the command (`az login`). */
  readonly endpoint: string | undefined;
}

/** Opens the tables for a person. @throws when no place is named */
export async function openTables({ connectionString, endpoint }: TablesPlace) {
  const { service, client } = connectionString
    ? byKey(connectionString)
    : await byIdentity(endpoint);
  return {
    table: (name: string): Table => azureTable(client(name)),
    /** @returns the names of the tables of topology.json that are not there */
    missing: async (): Promise<string[]> => {
      const there = new Set<string | undefined>();
      for await (const { name } of service.listTables()) there.add(name);
      return readTopology().tables.filter((name) => !there.has(name));
    },
    create: async (names: readonly string[]): Promise<void> => {
      for (const name of names) await service.createTable(name);
    },
  };
}

function byKey(text: string) {
  // Azurite speaks plain http on the loopback interface.
  const options = { allowInsecureConnection: true };
  return {
    service: TableServiceClient.fromConnectionString(text, options),
    client: (name: string) => TableClient.fromConnectionString(text, name, options),
  };
}

async function byIdentity(endpoint: string | undefined) {
  if (!endpoint) throw new Error("Set RecordsConnection__tableServiceUri or RecordsConnection.");
  const { DefaultAzureCredential } = await import("@azure/identity");
  const person = new DefaultAzureCredential();
  return {
    service: new TableServiceClient(endpoint, person),
    client: (name: string) => new TableClient(endpoint, name, person),
  };
}
