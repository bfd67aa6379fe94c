import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AdminEndpoint } from "./admin.ts";
import { MAX_HEADER_BYTES, RequestRefused, readTarget, toHttpData } from "./http-request.ts";
import { sendHttpData } from "./http-response.ts";
import type { FindRoute } from "./http-routes.ts";
import type { Invoker } from "./invoke.ts";

const HOME_PAGE =
  "<!doctype html><title>Functions</title><p>Your Functions app is up and running.</p>";

/** Where no function answers `/`, Azure shows a page of its own unless told otherwise. */
function answerUnmatched(response: ServerResponse, path: string): void {
  if (path !== "/") {
    response.writeHead(404).end();
  } else if (process.env["AzureWebJobsDisableHomepage"] === "true") {
    response.writeHead(204).end();
  } else {
    response.writeHead(200, { "content-type": "text/html; charset=utf-8" }).end(HOME_PAGE);
  }
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  { findRoute, invoker, admin }: HttpParts,
): Promise<void> {
  const target = readTarget(request);
  if (admin(request, response, target.url)) return;
  const match = findRoute(request.method ?? "GET", target.path);
  if (!match) {
    request.resume();
    answerUnmatched(response, target.path);
    return;
  }
  const traceParent = request.headers["traceparent"];
  const { returnValue } = await invoker.invoke(match.served, {
    input: { http: await toHttpData(request, target, match.params) },
    traceParent: typeof traceParent === "string" ? traceParent : undefined,
  });
  sendHttpData(response, returnValue?.http);
}

export interface HttpParts {
  readonly findRoute: FindRoute;
  readonly invoker: Invoker;
  readonly admin: AdminEndpoint;
}

/** The request line, the headers and what is between them: Node counts them together, this server one by one. */
const MAX_HEAD_BYTES = MAX_HEADER_BYTES + 16 * 1024;

/** A function that throws answers 500 with an empty body, a request over a limit 4xx; neither tells the caller why. */
export function createHttpServer(parts: HttpParts): Server {
  const options = { keepAliveTimeout: 60_000, maxHeaderSize: MAX_HEAD_BYTES };
  return createServer(options, (request, response) => {
    answer(request, response, parts).catch((error: unknown) => {
      if (response.headersSent) {
        response.destroy();
        return;
      }
      const refused = error instanceof RequestRefused;
      response.writeHead(refused ? error.status : 500, refused ? { connection: "close" } : {});
      response.end();
    });
  });
}
