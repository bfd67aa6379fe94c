import { ManagedIdentityCredential } from "@azure/identity";
import { ServiceBusClient, type ServiceBusClientOptions } from "@azure/service-bus";
import type { Connection } from "../../settings.ts";

/** A request waits for one answer, not for the SDK's default of a minute times four. */
const RETRY = { maxRetries: 1, retryDelayInMs: 200, timeoutInMs: 3_000 };

/** Opens a Service Bus client; it connects with its first send. */
export function openBus(connection: Connection): ServiceBusClient {
  const options: ServiceBusClientOptions = { retryOptions: RETRY };
  return connection.kind === "connectionString"
    ? new ServiceBusClient(connection.connectionString, options)
    : new ServiceBusClient(
        connection.endpoint,
        new ManagedIdentityCredential(connection.clientId ? { clientId: connection.clientId } : {}),
        options,
      );
}
