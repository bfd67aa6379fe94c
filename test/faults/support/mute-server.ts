import { once } from "node:events";
import { createServer, type Socket } from "node:net";

export interface MuteServer extends AsyncDisposable {
  readonly port: number;
  /** How many it has accepted so far. */
  connections(): number;
}

/** A server that accepts every connection, and never says anything. */
export async function muteServer(): Promise<MuteServer> {
  const open = new Set<Socket>();
  let accepted = 0;
  const server = createServer((socket) => {
    accepted += 1;
    open.add(socket);
    socket.on("error", () => socket.destroy());
    socket.once("close", () => open.delete(socket));
    // Read, or the end of the connection would not be seen.
    socket.resume();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("No port");
  return {
    port: address.port,
    connections: () => accepted,
    [Symbol.asyncDispose]: async () => {
      for (const socket of open) socket.destroy();
      server.close();
    },
  };
}
