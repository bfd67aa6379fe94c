import type { Connection } from "../../settings/settings.ts";
import { loadSoon } from "../load-soon.ts";
import type { Table } from "./table.ts";

/**
 * Opens a table of the records, whose SDK is loaded apart from the rest. Creates nothing and calls nothing: the tables are made
 * by the deployment.
 */
export function openTable(connection: Connection, name: string): Table {
  const opened = loadSoon(async () => {
    const { openAzureTable } = await import("./open-azure-table.ts");
    return openAzureTable(connection, name);
  });
  return {
    get: async (...key) => (await opened()).get(...key),
    insert: async (row) => (await opened()).insert(row),
    replace: async (...change) => (await opened()).replace(...change),
    delete: async (...key) => (await opened()).delete(...key),
    page: async (...query) => (await opened()).page(...query),
    transact: async (actions) => (await opened()).transact(actions),
  };
}
