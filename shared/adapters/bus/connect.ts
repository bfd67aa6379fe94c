import type { ServiceBusClient, ServiceBusClientOptions } from "@azure/service-bus";
import type { Connection } from "../../settings/settings.ts";
import { managedIdentity } from "../identity/managed-identity.ts";
import { loadSoon } from "../load-soon.ts";

/** A request waits for one answer, not for the SDK's default of a minute times four. */
const RETRY = { maxRetries: 1, retryDelayInMs: 200, timeoutInMs: 3_000 };

/** A Service Bus client whose SDK is loaded apart from the rest. */
export type Bus = () => Promise<ServiceBusClient>;

/** Opens a Service Bus client; it connects with its first send. */
export function openBus(connection: Connection): Bus {
  const options: ServiceBusClientOptions = { retryOptions: RETRY };
  return loadSoon(async () => {
    const { ServiceBusClient } = await import("./sdk.ts");
    return connection.kind === "connectionString"
      ? new ServiceBusClient(connection.connectionString, options)
      : new ServiceBusClient(connection.endpoint, managedIdentity(connection.clientId), options);
  });
}
