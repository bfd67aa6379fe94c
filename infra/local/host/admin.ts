import type { IncomingMessage, ServerResponse } from "node:http";
import type { Engine, ServedFunction } from "./engine.ts";

/** @returns whether the request was one of the administrator's and has been taken over. */
export type AdminEndpoint = (
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
) => boolean;

/**
 * The host's own routes: `GET /admin/host/status`, `GET /admin/functions`, and `POST /admin/functions/{name}`, which runs a
 * function that is not called over HTTP now and answers 202 at once. In Azure they need the master key.
 *
 * @param runNow starts a function; undefined when its trigger cannot be started by hand here
 */
export function createAdminEndpoint(
  engine: Engine,
  runNow: (served: ServedFunction) => Promise<unknown> | undefined,
): AdminEndpoint {
  const json = (response: ServerResponse, body: unknown) =>
    response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(body));

  return (request, response, { pathname }) => {
    if (!pathname.startsWith("/admin/")) return false;
    request.resume();
    const call = `${request.method} ${pathname}`;
    const name = /^POST \/admin\/functions\/([^/]+)$/.exec(call)?.[1];
    const served = name && engine.functions.get(decodeURIComponent(name));
    if (call === "GET /admin/host/status") {
      json(response, { state: "Running" });
    } else if (call === "GET /admin/functions") {
      json(
        response,
        [...engine.functions.values()].map(({ metadata }) => ({
          name: metadata.name,
          config: {
            bindings: Object.entries(metadata.bindings).map(([name, b]) => ({ ...b, name })),
          },
        })),
      );
    } else if (served) {
      const run = runNow(served);
      run?.catch(() => undefined);
      response.writeHead(run ? 202 : 400).end();
    } else {
      response.writeHead(404).end();
    }
    return true;
  };
}
