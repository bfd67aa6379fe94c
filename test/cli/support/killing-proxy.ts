import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import { buffer } from "node:stream/consumers";
import * as z from "zod";

/** Requests that a run sends in a row; it dies with one of them. */
interface Death {
  /** Which request of the run, from 0. */
  readonly at: number;
  /** Whether the service has done what was asked. */
  readonly done: boolean;
  kill(): Promise<unknown>;
}

/**
 * Stands between a run and everything it talks to, the service and the token endpoint, and kills it with a request of its choice.
 *
 * @param api the service's origin
 * @param directory the token endpoint's origin; the service's answers name this proxy instead
 */
export async function killingProxy(api: string, directory: string) {
  let death: Death | undefined;
  let count = 0;
  const dies = async (done: boolean): Promise<boolean> => {
    if (death?.done !== done || death.at !== count) return false;
    await death.kill();
    return true;
  };
  const server = createServer(async (request, response) => {
    if (await dies(false)) return response.destroy();
    const target = request.url?.startsWith("/api/") ? api : directory;
    const answer = await pass(request, `${target}${request.url}`);
    const text = (await answer.text()).replaceAll(directory, origin);
    if (await dies(true)) return response.destroy();
    count += 1;
    const headers = ["content-type", "etag", "retry-after", "location"].flatMap((name) => {
      const value = answer.headers.get(name);
      return value === null ? [] : [[name, value] as const];
    });
    return response.writeHead(answer.status, Object.fromEntries(headers)).end(text);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = z.object({ port: z.number() }).parse(server.address());
  const origin = `http://127.0.0.1:${port}`;
  return {
    origin,
    /** For the next run. */
    set: (next?: Death) => {
      death = next;
      count = 0;
    },
    close: () => server.close(),
  };
}

const HOP = new Set(["connection", "content-length", "host", "transfer-encoding", "keep-alive"]);

async function pass(request: IncomingMessage, url: string): Promise<Response> {
  const { method = "GET" } = request;
  const body = await buffer(request);
  const headers = Object.entries(request.headers).flatMap(([name, value]) =>
    typeof value === "string" && !HOP.has(name) ? [[name, value] as const] : [],
  );
  return fetch(url, {
    method,
    headers: Object.fromEntries(headers),
    ...(body.length > 0 && { body: new Uint8Array(body) }),
  });
}
