import { TableClient, type TableServiceClientOptions } from "@azure/data-tables";
import { count } from "../../base/observation.ts";
import { traced } from "../../base/tracing.ts";
import type { Connection } from "../../settings/settings.ts";
import { managedIdentity } from "../identity/managed-identity.ts";
import { azureTable } from "./azure-table.ts";
import type { Table } from "./table.ts";

/** `ask.ts` repeats what may be repeated, and has to know when it did. */
const RETRY = { maxRetries: 0 };

/** A table by the official SDK, every request of which is counted and traced. */
export function openAzureTable(connection: Connection, name: string): Table {
  const options: TableServiceClientOptions = {
    retryOptions: RETRY,
    // Azurite speaks plain http on the loopback interface; Azure's endpoints are https.
    allowInsecureConnection: connection.kind === "connectionString",
  };
  const client =
    connection.kind === "connectionString"
      ? TableClient.fromConnectionString(connection.connectionString, name, options)
      : new TableClient(connection.endpoint, name, managedIdentity(connection.clientId), options);
  client.pipeline.addPolicy(
    {
      name: "countTableOperations",
      sendRequest: (request, next) => {
        count("tableOperations");
        return traced("calls", `${request.method} ${name}`, {}, () => next(request));
      },
    },
    { afterPhase: "Retry" },
  );
  return azureTable(client);
}
