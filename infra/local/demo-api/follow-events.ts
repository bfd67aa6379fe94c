import { ServiceBusClient } from "@azure/service-bus";

const CLOSE_MS = 2_000;

/** The events of clients, for as long as the demo API runs: what is of no use a minute later is not kept for it either. */
export function followEvents(connectionString: string) {
  const client = new ServiceBusClient(connectionString);
  const receiver = client.createReceiver("client-events", "resource-api", {
    receiveMode: "receiveAndDelete",
  });
  return {
    receiver,
    /** A bus that is away is not waited for. */
    close: async (): Promise<void> => {
      const { promise: late, resolve } = Promise.withResolvers<void>();
      const timer = setTimeout(resolve, CLOSE_MS);
      await Promise.race([client.close().catch(() => undefined), late]);
      clearTimeout(timer);
    },
  };
}
