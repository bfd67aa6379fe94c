import { once } from "node:events";
import {
  Agent,
  createServer,
  request as httpRequest,
  type IncomingMessage,
  type ServerResponse,
} from "node:http";
import type { AddressInfo } from "node:net";
import type { RemoteCall, Tap } from "../tap.ts";
import { isBatch, nameBatch, nameOperation } from "./operation-name.ts";
import { refusalOf, type TableRefusals } from "./refusals.ts";

export interface TablesProxy {
  readonly port: number;
  /** How often each operation reached the service. */
  counts(): Record<string, number>;
  resetCounts(): void;
  /** Replaces what is refused. */
  setRefusals(refusals: TableRefusals): void;
  /** Down means refused connections; those that are open are cut. */
  setDown(down: boolean): Promise<void>;
  stop(): Promise<void>;
}

async function readAll(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of request as AsyncIterable<Buffer>) parts.push(part);
  return Buffer.concat(parts);
}

/**
 * Stands between the service and Azurite, so that each operation can be counted, delayed, or cut before or after it is
 * committed. Headers pass untouched: the shared-key signature covers them. Bodies are streamed, but for a batch, whose table is
 * named nowhere else.
 */
export async function startTablesProxy(
  port: number,
  azuritePort: number,
  tap: Tap,
): Promise<TablesProxy> {
  const counts = new Map<string, number>();
  let refusals: TableRefusals = {};
  const agent = new Agent({ keepAlive: true, maxSockets: 256 });

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { method = "GET", url = "/" } = request;
    const batch = isBatch(url) ? await readAll(request) : undefined;
    const name = batch
      ? nameBatch(batch.toString())
      : nameOperation(method, url, request.headers["if-match"] !== undefined);
    counts.set(name, (counts.get(name) ?? 0) + 1);
    const call: RemoteCall = { service: "tables", name };
    if ((await tap.before(call)) === "cut") {
      request.socket.destroy();
      return;
    }
    const refused = refusalOf(refusals, name, url);
    if (refused) {
      request.resume();
      response.writeHead(refused.status, refused.headers).end(refused.body);
      return;
    }
    const upstream = httpRequest({
      agent,
      host: "127.0.0.1",
      port: azuritePort,
      method,
      path: url,
      headers: request.headers,
    });
    const answered = once(upstream, "response");
    if (batch) upstream.end(batch);
    else request.pipe(upstream);
    const [answer] = (await answered) as [IncomingMessage];
    if ((await tap.after(call)) === "cut") {
      answer.resume();
      request.socket.destroy();
      return;
    }
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(response);
  };

  const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
    handle(request, response).catch(() => request.socket.destroy());
  });
  const listen = async (wanted: number): Promise<number> => {
    server.listen(wanted, "127.0.0.1");
    await once(server, "listening");
    return (server.address() as AddressInfo).port;
  };
  const close = async (): Promise<void> => {
    if (!server.listening) return;
    const closed = once(server, "close");
    server.close();
    server.closeAllConnections();
    await closed;
  };
  const bound = await listen(port);

  return {
    port: bound,
    counts: () => Object.fromEntries(counts),
    resetCounts: () => counts.clear(),
    setRefusals: (next) => {
      refusals = next;
    },
    setDown: async (down) => {
      if (down) await close();
      else if (!server.listening) await listen(bound);
    },
    stop: async () => {
      await close();
      agent.destroy();
    },
  };
}
