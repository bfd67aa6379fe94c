import { createServer as createHttpServer, type RequestListener } from "node:http";
import { createServer as createHttpsServer } from "node:https";
import type { AddressInfo, Socket } from "node:net";
import type { ServerCertificate } from "./certificates.ts";

/** A listening socket that can go down, refusing every connection, and come up again on the same port. */
export interface Listener {
  readonly port: number;
  down(): void;
  up(): void;
  close(): Promise<void>;
}

const HOST = "127.0.0.1";
const KEEP_ALIVE_MS = 120_000;

/** @throws an error of code `EADDRINUSE` when the port is taken */
export async function openListener(
  port: number,
  handler: RequestListener,
  certificate?: ServerCertificate,
): Promise<Listener> {
  const server = certificate
    ? createHttpsServer({ key: certificate.key, cert: certificate.certificate }, handler)
    : createHttpServer(handler);
  // Node's 5 s would close pooled connections in the middle of a quiet minute, a fault nobody asked for.
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  const sockets = new Set<Socket>();
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, HOST, () => {
      server.off("error", reject);
      resolve();
    });
  });
  const bound = (server.address() as AddressInfo).port;
  // From here on an error belongs to one connection, or to a port that was taken while the service was down.
  server.on("error", (error) => process.emitWarning(error));

  // Coming up takes a moment; whoever changes their mind in it must not be passed over.
  let wanted = true;
  let rising = false;
  const down = () => {
    wanted = false;
    if (!server.listening) return;
    server.close();
    for (const socket of sockets) socket.destroy();
  };
  server.on("listening", () => {
    rising = false;
    if (!wanted) down();
  });
  server.on("error", () => {
    rising = false;
  });
  return {
    port: bound,
    down,
    up: () => {
      wanted = true;
      if (server.listening || rising) return;
      rising = true;
      server.listen(bound, HOST);
    },
    close: () =>
      new Promise((resolve) => {
        wanted = false;
        if (!server.listening) return resolve();
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}
