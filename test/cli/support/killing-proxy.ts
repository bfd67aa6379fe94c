import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import { buffer } from "node:stream/consumers";
import * as z from "zod";
import { killGate } from "./kill-gate.ts";

/**
 * Stands between a run and everything it talks to, the service and the token endpoint, and kills it with a request of its choice.
 *
 * @param api the service's origin
 * @param directory the token endpoint's origin; the service's answers name this proxy instead
 */
export async function killingProxy(api: string, directory: string) {
  const gate = killGate();
  const server = createServer(async (request, response) => {
    if (await gate.before()) return response.destroy();
    const target = request.url?.startsWith("/api/") ? api : directory;
    const answer = await pass(request, `${target}${request.url}`);
    const text = (await answer.text()).replaceAll(directory, origin);
    if (await gate.after()) return response.destroy();
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
    /** Also for what else the run talks to. */
    gate,
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
