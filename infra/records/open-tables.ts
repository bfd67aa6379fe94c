import { TableClient, TableServiceClient } from "@azure/data-tables";
import { DefaultAzureCredential } from "@azure/identity";
import { azureTable } from "../../shared/adapters/records/azure-table.ts";
import type { Table } from "../../shared/adapters/records/table.ts";
import { readTopology } from "../topology.ts";

export interface TablesPlace {
  readonly connectionString: string | undefined;
  /** Signed in to as the person who runs the command (`az login`). */
  readonly endpoint: string | undefined;
}

/** Opens the tables for a person. */
export function openTables({ connectionString, endpoint }: TablesPlace) {
  const credential = new DefaultAzureCredential();
  const insecure = { allowInsecureConnection: true };
  const need = (): string => {
    if (endpoint) return endpoint;
    throw new Error("Set RecordsConnection__tableServiceUri or RecordsConnection.");
  };
  return {
    table: (name: string): Table =>
      azureTable(
        connectionString
          ? TableClient.fromConnectionString(connectionString, name, insecure)
          : new TableClient(need(), name, credential),
      ),
    /** @returns the names of the tables of topology.json that are not there */
    missing: async (): Promise<string[]> => {
      const service = open(connectionString, need);
      const there = new Set<string | undefined>();
      for await (const { name } of service.listTables()) there.add(name);
      return readTopology().tables.filter((name) => !there.has(name));
    },
    create: async (names: readonly string[]): Promise<void> => {
      const service = open(connectionString, need);
      for (const name of names) await service.createTable(name);
    },
  };

  function open(text: string | undefined, place: () => string): TableServiceClient {
    return text
      ? TableServiceClient.fromConnectionString(text, insecure)
      : new TableServiceClient(place(), credential);
  }
}
