import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { afterAll } from "vitest";
import { close, listen } from "../../../infra/local/listen.ts";
import type { Connection } from "../../../shared/settings/settings.ts";

/** What the server does with one request. */
export type Answer = (request: IncomingMessage, response: ServerResponse) => void;

export interface ScriptedTables {
  readonly connection: Connection;
  /** Methods of the requests that came in, in order. */
  readonly requests: readonly string[];
  /** One answer for each request; the last one is for all that follow. Forgets the requests so far. */
  script(...answers: readonly Answer[]): void;
}

/** A table service over a real socket that answers what it is told, for answers that no healthy service gives. */
export async function scriptedTables(): Promise<ScriptedTables> {
  let script: readonly Answer[] = [];
  const requests: string[] = [];
  const server = createServer((request, response) => {
    const answer = script[Math.min(requests.length, script.length - 1)];
    requests.push(request.method ?? "");
    request.resume();
    request.on("end", () => answer?.(request, response));
  });
  const port = await listen(server, 0);
  afterAll(() => close(server));
  return {
    connection: {
      kind: "connectionString",
      connectionString: `DefaultEndpointsProtocol=http;AccountName=a;AccountKey=a2V5;TableEndpoint=http://127.0.0.1:${port}/a;`,
    },
    requests,
    script: (...answers) => {
      script = answers;
      requests.length = 0;
    },
  };
}

/** An error as the service words it. */
export const refusal =
  (status: number, code: string, headers: Readonly<Record<string, string>> = {}): Answer =>
  (_, response) => {
    const error = { code, message: { lang: "en-US", value: `${code}.\nRequestId:1` } };
    response.writeHead(status, { "content-type": "application/json", ...headers });
    response.end(JSON.stringify({ "odata.error": error }));
  };

const page = "<html>Welcome to the guest network</html>";
/** A success of something else than the table service. */
export const guestPage =
  (status: number): Answer =>
  (_, response) =>
    response.writeHead(status, { "content-type": "text/html" }).end(status === 204 ? "" : page);

export const silence: Answer = () => undefined;

/** Headers of a success, half a row, and nothing more. */
export const stall: Answer = (_, response) => {
  response.writeHead(200, { "content-type": "application/json", "content-length": "500" });
  response.write('{"PartitionKey":"p",');
};

export const cut: Answer = (request) => request.socket.destroy();

const ETAG = "W/\"datetime'2026-01-01T00%3A00%3A00.0000000Z'\"";
export const row: Answer = (_, response) =>
  response
    .writeHead(200, { "content-type": "application/json", etag: ETAG })
    .end(JSON.stringify({ "odata.etag": ETAG, PartitionKey: "p", RowKey: "r", text: "kept" }));
export const written: Answer = (_, response) => response.writeHead(204, { etag: ETAG }).end();
/** A page of rows; of a range that goes on, when the service has looked for long enough, maybe without any. */
export const rowsOf =
  (rowKeys: readonly string[], goesOn = true): Answer =>
  (_, response) =>
    response
      .writeHead(200, {
        "content-type": "application/json",
        ...(goesOn && {
          "x-ms-continuation-nextpartitionkey": "1!4!cA--",
          "x-ms-continuation-nextrowkey": "1!4!cg--",
        }),
      })
      .end(
        JSON.stringify({
          value: rowKeys.map((RowKey) => ({ "odata.etag": ETAG, PartitionKey: "p", RowKey })),
        }),
      );
