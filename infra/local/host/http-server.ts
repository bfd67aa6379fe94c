import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AdminEndpoint } from "./admin.ts";
import { BodyTooLarge, toHttpData } from "./http-request.ts";
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
  const url = new URL(request.url ?? "/", `http://${request.headers.host ?? "127.0.0.1"}`);
  if (admin(request, response, url)) return;
  const match = findRoute(request.method ?? "GET", url.pathname);
  if (!match) {
    answerUnmatched(response, url.pathname);
    return;
  }
  const traceParent = request.headers["traceparent"];
  const { returnValue } = await invoker.invoke(match.registered, {
    input: { http: await toHttpData(request, url, match.params) },
    traceParent: typeof traceParent === "string" ? traceParent : undefined,
  });
  sendHttpData(response, returnValue?.http);
}

export interface HttpParts {
  readonly findRoute: FindRoute;
  readonly invoker: Invoker;
  readonly admin: AdminEndpoint;
}

/** A function that throws answers 500 with an empty body, a body over the limit 413; neither tells the caller why. */
export function createHttpServer(parts: HttpParts): Server {
  return createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
    answer(request, response, parts).catch((error: unknown) => {
      if (response.headersSent) {
        response.destroy();
        return;
      }
      const status = error instanceof BodyTooLarge ? 413 : 500;
      response.writeHead(status, status === 413 ? { connection: "close" } : {}).end();
    });
  });
}
