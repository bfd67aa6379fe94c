import { Socket } from "node:net";
import type { ServiceBusClient } from "@azure/service-bus";
import * as z from "zod";

/** Where the SDK keeps its socket. It has no way of its own to let go of a peer that does not answer. */
const Inside = z.object({
  _connectionContext: z.object({
    connection: z.object({ _connection: z.object({ socket: z.instanceof(Socket) }) }),
  }),
});

/**
 * Closes a client, its socket first: a goodbye to a bus that is silent would leave that open for good. Everything still waited
 * for on it fails. With an SDK that keeps its socket elsewhere only the goodbye is left.
 */
export async function dropConnection(client: ServiceBusClient): Promise<void> {
  const inside = Inside.safeParse(client);
  if (inside.success)
    inside.data._connectionContext.connection._connection.socket.destroy(
      new Error("The connection to Service Bus was given up"),
    );
  // What is broken may fail to close as well.
  await client.close().catch(() => undefined);
}
