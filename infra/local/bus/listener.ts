import { once } from "node:events";
import { createServer, type Server, type Socket } from "node:net";
import { ClientConnection, type Surroundings } from "./connection.ts";
import { refuseHttp } from "./http.ts";

/** The listening socket and the connections that came through it. Can be closed and opened again. */
export class Listener {
  readonly #around: Surroundings;
  readonly #connections = new Set<ClientConnection>();
  readonly #unserved = new Set<Socket>();
  #server: Server | undefined;
  #hanging = false;

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

  /** Hanging: new sockets are accepted and get no answer. Afterwards everybody has to connect anew. */
  setHanging(hanging: boolean): void {
    if (this.#hanging && !hanging) this.#cutAll();
    this.#hanging = hanging;
  }

  async close(): Promise<void> {
    const server = this.#server;
    if (!server) return;
    this.#server = undefined;
    const closed = once(server, "close");
    server.close();
    this.#cutAll();
    await closed;
  }

  #cutAll(): void {
    for (const connection of this.#connections) connection.sever();
    for (const socket of this.#unserved) socket.destroy();
  }

  async #listen(port: number, host: string): Promise<Server> {
    const server = createServer((socket) => {
      if (this.#hanging) {
        this.#unserved.add(socket);
        socket.on("error", () => socket.destroy());
        socket.once("close", () => this.#unserved.delete(socket));
        // Read, or the end of the connection would not be seen.
        socket.resume();
        return;
      }
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
