import { ServiceBusClient, type ServiceBusClientOptions } from "@azure/service-bus";

/**
 * A broker that comes back is found within two seconds. The SDK's own pause of 30 seconds suits a cloud, not a person who has
 * just put the bus back up.
 */
const OPTIONS: ServiceBusClientOptions = {
  retryOptions: { maxRetries: 3, retryDelayInMs: 200, maxRetryDelayInMs: 2000 },
};

/**
 * Resolves a binding's `connection` as Azure does: the setting of that very name is a connection string; otherwise
 * `<name>__fullyQualifiedNamespace` is a namespace that the host's identity may enter.
 *
 * @throws when neither is set.
 */
export async function connectServiceBus(name: string): Promise<ServiceBusClient> {
  const connectionString = process.env[name];
  if (connectionString) return new ServiceBusClient(connectionString, OPTIONS);
  const namespace = process.env[`${name}__fullyQualifiedNamespace`];
  if (!namespace) {
    throw new Error(
      `Service Bus connection '${name}' is missing: set '${name}' or '${name}__fullyQualifiedNamespace'.`,
    );
  }
  // Seldom needed on a laptop, and 200 ms to load.
  const { DefaultAzureCredential } = await import("@azure/identity");
  const clientId = process.env[`${name}__clientId`];
  const credential = new DefaultAzureCredential(
    clientId ? { managedIdentityClientId: clientId } : {},
  );
  return new ServiceBusClient(namespace, credential, OPTIONS);
}
