import { Client, type Context, type Middleware } from "@microsoft/microsoft-graph-client";
import { count, note } from "../../base/observation.ts";
import { traced } from "../../base/tracing.ts";

/** The name (and so, in the Graph client's error, the code) of a failure before any byte of the request was sent. */
export const NOT_SENT = "RequestNotSent";

/** No answer within this is no answer. */
const CALL_TIMEOUT_MS = 15_000;

/** Failures of a connection that never came to be. */
const NEVER_CONNECTED = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "UND_ERR_CONNECT_TIMEOUT",
]);

class RequestNotSent extends Error {
  override name = NOT_SENT;
}

/**
 * The official Graph client with a chain of our own: token, then one fetch. Its stock chain repeats POSTs after 503 and 504,
 * which could make a second object; `send.ts` decides instead.
 *
 * @param baseUrl `https://graph.microsoft.com` or a stand-in; the client sends its token to no other host
 */
export function graphClient(baseUrl: string, token: () => Promise<string>): Client {
  const authenticate = async (context: Context): Promise<void> => {
    let bearer: string;
    try {
      bearer = await token();
    } catch (error) {
      // The Graph client's own error keeps no cause: without this nobody would learn that it was the sign-in.
      note(`directory-sign-in-failed:${error instanceof Error ? error.name : "unknown"}`);
      throw new RequestNotSent("No token for the directory", { cause: error });
    }
    context.options = {
      ...context.options,
      headers: { ...plainHeaders(context), authorization: `Bearer ${bearer}` },
      signal: AbortSignal.timeout(CALL_TIMEOUT_MS),
    };
  };
  const middleware: Middleware = {
    execute: async (context) => {
      await authenticate(context);
      count("directoryCalls");
      try {
        context.response = await traced("calls", spanName(context), {}, () =>
          fetch(context.request, context.options),
        );
      } catch (error) {
        if (neverConnected(error))
          throw new RequestNotSent("The directory is out of reach", { cause: error });
        throw error;
      }
      if (context.response.status === 429) count("directoryThrottled");
    },
  };
  return Client.initWithMiddleware({
    baseUrl,
    defaultVersion: "v1.0",
    middleware,
    customHosts: new Set([new URL(baseUrl).hostname]),
  });
}

const ID = /[0-9a-f]{8}-[0-9a-f-]{27}/gi;

/** `GET /v1.0/applications/{id}`: the path without ids and query. */
function spanName({ request, options }: Context): string {
  const url = new URL(typeof request === "string" ? request : request.url);
  return `${options?.method ?? "GET"} ${url.pathname.replaceAll(ID, "{id}")}`;
}

const plainHeaders = (context: Context): Record<string, string> =>
  Object.fromEntries(new Headers(context.options?.headers));

function neverConnected(error: unknown): boolean {
  const cause = error instanceof Error ? error.cause : undefined;
  const codes = cause instanceof AggregateError ? cause.errors : [cause];
  return codes.some(
    (reason) =>
      reason instanceof Error && "code" in reason && NEVER_CONNECTED.has(String(reason.code)),
  );
}
