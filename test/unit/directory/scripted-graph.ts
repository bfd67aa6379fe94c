import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import type { Middleware } from "@microsoft/microsoft-graph-client";
import { graphClient } from "../../../shared/adapters/directory/transport.ts";
import type { TokenSource } from "../../../shared/adapters/identity/cached-token.ts";

/** What the script says to one request. */
export type Turn = (response: ServerResponse, request: SeenRequest) => void;

export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly token: string;
  readonly body: unknown;
}

/** A Graph that answers by a script, one turn a request, the last turn for ever; and a token source that counts. */
export async function openScriptedGraph(around?: (transport: Middleware) => Middleware) {
  const seen: SeenRequest[] = [];
  let turns: Turn[] = [];
  let arrived: () => void = () => undefined;
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await text(request);
    const one: SeenRequest = {
      method: request.method ?? "",
      path: request.url ?? "",
      token: request.headers.authorization?.replace("Bearer ", "") ?? "",
      body: body === "" ? undefined : JSON.parse(body),
    };
    seen.push(one);
    const [turn] = turns.length > 1 ? turns.splice(0, 1) : turns;
    turn?.(response, one);
    arrived();
  };
  const server = createServer((request, response) => void serve(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const origin = `http://127.0.0.1:${port}`;
  const renewals: { readonly refused: string; readonly claims: string | undefined }[] = [];
  let current = "token-0";
  const tokens: TokenSource = {
    token: async () => current,
    renew: async (refused, claims) => {
      renewals.push({ refused, claims });
      current = `token-${renewals.length}`;
      return current;
    },
  };
  return {
    origin,
    seen,
    renewals,
    client: graphClient(origin, tokens, around),
    /** Replaces the script, and forgets what was seen. */
    script: (...next: Turn[]): void => {
      turns = next;
      seen.length = 0;
      renewals.length = 0;
      current = "token-0";
    },
    /** Settles when the next request has been served. */
    nextRequest: () =>
      new Promise<void>((resolve) => {
        arrived = resolve;
      }),
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

export const json =
  (status: number, body: unknown, headers: Record<string, string> = {}): Turn =>
  (response) =>
    response
      .writeHead(status, { "content-type": "application/json", ...headers })
      .end(JSON.stringify(body));

export const graphError = (
  status: number,
  code: string,
  message = "No.",
  headers: Record<string, string> = {},
): Turn => json(status, { error: { code, message, innerError: {} } }, headers);

export const noContent: Turn = (response) => response.writeHead(204).end();

export const html =
  (status: number): Turn =>
  (response) =>
    response.writeHead(status, { "content-type": "text/html" }).end("<html>Sign in first</html>");

export const nothing =
  (status: number): Turn =>
  (response) =>
    response.writeHead(status, { "content-type": "application/json" }).end();

export const truncated: Turn = (response) =>
  response.writeHead(200, { "content-type": "application/json" }).end('{"id": "5f0');

/** Promises more than it sends, then goes. */
export const cut: Turn = (response) => {
  response.writeHead(200, { "content-type": "application/json", "content-length": "500" });
  response.write('{"id": "5f0', () => response.destroy());
};

/** Takes the request and never answers. */
export const silence: Turn = () => undefined;

export const challenge = (claims?: string): Turn =>
  graphError(401, "InvalidAuthenticationToken", "Continuous access evaluation resulted in…", {
    "www-authenticate":
      claims === undefined
        ? 'Bearer realm="", client_id="00000003-0000-0000-c000-000000000000"'
        : `Bearer realm="", client_id="00000003-0000-0000-c000-000000000000", error="insufficient_claims", claims="${Buffer.from(claims).toString("base64")}"`,
  });
