import { once } from "node:events";
import { createServer, type Server } from "node:net";
import { ClientConnection, type Surroundings } from "./connection.ts";
import { refuseHttp } from "./http.ts";

/** The listening socket and the connections that came through it. Can be closed and opened again. */
export class Listener {
  readonly #around: Surroundings;
  readonly #connections = new Set<ClientConnection>();
  #server: Server | undefined;

  constructor(around: Surroundings) {
    this.#around = around;
  }

  /**
   * @returns the port, which was free to choose if 0 was asked for; open already = no change.
   * @throws an error with code `EADDRINUSE`
   */
  async open(port: number, host: string): Promise<number> {
    const server = this.#server ?? (await this.#listen(port, host));
    this.#server = server;
    const address = server.address();
    if (address === null || typeof address === "string")
      throw new Error("The bus has no TCP port.");
    return address.port;
  }

  async close(): Promise<void> {
    const server = this.#server;
    if (!server) return;
    this.#server = undefined;
    const closed = once(server, "close");
    server.close();
    for (const connection of this.#connections) connection.sever();
    await closed;
  }

  async #listen(port: number, host: string): Promise<Server> {
    const server = createServer((socket) => {
      refuseHttp(socket);
      const connection = new ClientConnection(socket, this.#around, () =>
        this.#connections.delete(connection),
      );
      this.#connections.add(connection);
    });
    server.listen(port, host);
    // Rejects with the server's own error, code and all.
    await once(server, "listening");
    return server;
  }
}
