import { randomUUID } from "node:crypto";
import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { setTimeout as wait } from "node:timers/promises";
import type { RemoteCall, Tap } from "../tap.ts";
import { mangled, type Outcome, tokenFault } from "./answer-faults.ts";
import type { FaultMachine } from "./fault-machine.ts";
import type { RequestLog } from "./request-log.ts";
import type { Arrival, Visit } from "./site.ts";
import { jsonReply, readBody, type WireReply } from "./wire.ts";

interface ServerParts {
  readonly visit: (arrival: Arrival) => Visit;
  readonly tap: Tap;
  readonly faults: FaultMachine;
  readonly log: RequestLog;
}

/** Browsers sign in from the portal's own origin; Entra allows any for these endpoints. */
const CORS = { "Access-Control-Allow-Origin": "*", "Access-Control-Expose-Headers": "*" } as const;

/**
 * Serves one connection's requests: taps, latency and lost answers stand here, so that no route has to know of them.
 *
 * @param origin of the listener, known once it is bound
 */
export function requestListener(parts: ServerParts, origin: () => string): RequestListener {
  return (request, response) => {
    serve(parts, origin(), request, response).catch((error: unknown) => {
      if (request.destroyed && !request.complete) return;
      process.emitWarning(error instanceof Error ? error : new Error(String(error)));
      if (response.headersSent) request.socket.destroy();
      else
        send(request, response, jsonReply(500, { error: "The stand-in failed; see its warning." }));
    });
  };
}

async function serve(
  parts: ServerParts,
  origin: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (request.method === "OPTIONS") return preflight(request, response);
  const url = new URL(`${origin}${request.url ?? "/"}`);
  const visit = parts.visit({ request, url, body: await readBody(request) });
  if (visit.name === undefined) return send(request, response, await visit.serve());

  const call: RemoteCall = { service: "directory", name: visit.name };
  const reply = await tapped(parts, call, visit);
  parts.log.add({
    method: request.method ?? "GET",
    name: call.name,
    path: request.url ?? "/",
    status: typeof reply === "string" ? 0 : reply.status,
    at: new Date().toISOString(),
  });
  if (reply === "silence") return;
  if (reply === "cut") request.socket.destroy();
  else send(request, response, reply);
}

async function tapped(
  { tap, faults }: ServerParts,
  call: RemoteCall,
  visit: Visit,
): Promise<Outcome> {
  if ((await tap.before(call)) === "cut") return "cut";
  const { latencyMs } = faults.current;
  if (latencyMs) await wait(latencyMs);
  if (visit.endpoint === "token") {
    const fault = tokenFault(faults);
    if (fault) return fault;
  }
  const isGraph = visit.endpoint === "graph";
  if (isGraph && faults.silent(false)) return "silence";
  const reply = await visit.serve();
  if ((await tap.after(call)) === "cut") return "cut";
  if (visit.mayChange && reply.status < 400 && faults.losesAnswer()) return "cut";
  if (isGraph && faults.silent(true)) return "silence";
  return isGraph ? mangled(reply, faults) : reply;
}

function preflight(request: IncomingMessage, response: ServerResponse): void {
  response.writeHead(204, {
    ...CORS,
    "Access-Control-Allow-Methods": "GET, POST, PATCH, DELETE, OPTIONS",
    "Access-Control-Allow-Headers": request.headers["access-control-request-headers"] ?? "*",
    "Access-Control-Max-Age": "600",
  });
  response.end();
}

function send(request: IncomingMessage, response: ServerResponse, reply: WireReply): void {
  const id = randomUUID();
  const clientId = request.headers["client-request-id"];
  response.writeHead(reply.status, {
    ...CORS,
    "request-id": id,
    "client-request-id": typeof clientId === "string" ? clientId : id,
    ...(reply.body === undefined ? {} : { "Content-Length": Buffer.byteLength(reply.body) }),
    ...reply.headers,
  });
  if (reply.cutAfter === undefined) response.end(reply.body);
  else response.write(reply.body?.slice(0, reply.cutAfter), () => request.socket.destroy());
}
