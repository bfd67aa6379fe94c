import type { ServiceBusClient, ServiceBusClientOptions } from "@azure/service-bus";
import type { Connection } from "../../settings/settings.ts";
import { managedIdentity } from "../identity/managed-identity.ts";
import { loadSoon } from "../load-soon.ts";
import { BUS_MS } from "./ask.ts";
import { dropConnection } from "./drop-connection.ts";

/** `ask.ts` repeats, on another connection. */
const RETRY = { maxRetries: 0, timeoutInMs: BUS_MS };

/**
 * A client is kept for so long, broken or not, so that a bus that is away gets no more than a connection a second from each host.
 */
const LEAST_MS = 1_000;

/** The connection to Service Bus that is in use, and a new one once that has proved to be broken. */
export interface Bus {
  /** Its SDK is loaded apart from the rest; it connects with its first send. */
  client(): Promise<ServiceBusClient>;
  /**
   * Nothing new is asked of this client. After a cut at a bad moment the SDK waits for a minute, holding locks that everything
   * else on that client waits for; another client knows nothing of that. What is still under way has its time to end.
   */
  giveUp(client: ServiceBusClient): void;
  close(): Promise<void>;
}

/** Opens Service Bus; nothing is sent yet. */
export function openBus(connection: Connection): Bus {
  const options: ServiceBusClientOptions = { retryOptions: RETRY };
  let current: ServiceBusClient | undefined;
  let openedAt = 0;
  const sdk = loadSoon(async () => {
    const { ServiceBusClient } = await import("./sdk.ts");
    const open = () =>
      connection.kind === "connectionString"
        ? new ServiceBusClient(connection.connectionString, options)
        : new ServiceBusClient(connection.endpoint, managedIdentity(connection.clientId), options);
    // The first one at once: what cannot be opened is set up wrongly.
    current = open();
    openedAt = performance.now();
    return open;
  });
  return {
    client: async () => {
      const open = await sdk();
      if (!current) openedAt = performance.now();
      current ??= open();
      return current;
    },
    giveUp: (client) => {
      if (client !== current || performance.now() - openedAt < LEAST_MS) return;
      current = undefined;
      setTimeout(() => void dropConnection(client), BUS_MS).unref();
    },
    close: async () => {
      if (current) await closeQuietly(current);
    },
  };
}

/** A broken connection may fail to close as well. */
const closeQuietly = (client: ServiceBusClient): Promise<void> =>
  client.close().catch(() => undefined);
