import { once } from "node:events";
import { createServer } from "node:http";
import { json } from "node:stream/consumers";
import * as z from "zod";

const handed = z.object({ id: z.string(), type: z.string(), subject: z.string() });

/** The system behind a consumer: takes events over HTTP, or refuses them. */
export async function openSink() {
  const taken: z.infer<typeof handed>[] = [];
  const refusing = new Set<string>();
  const server = createServer(async (request, response) => {
    const event = handed.parse(await json(request));
    // Each once: the next time it is welcome.
    const isRefused = refusing.delete(event.id);
    if (!isRefused) taken.push(event);
    response.writeHead(isRefused ? 503 : 204).end();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The sink has no port.");
  return {
    url: `http://127.0.0.1:${address.port}/`,
    /** Ids of the events about that client, in the order in which they came. */
    taken: (clientId: string) =>
      taken.filter(({ subject }) => subject === clientId).map(({ id }) => id),
    refuseOnce: (id: string) => refusing.add(id),
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
