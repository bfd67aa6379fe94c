import { Client, type Context, type Middleware } from "@microsoft/microsoft-graph-client";
import { timeLeftMs } from "../../base/deadline.ts";
import { count, note } from "../../base/observation.ts";
import { traced } from "../../base/tracing.ts";
import type { TokenSource } from "../identity/cached-token.ts";
import { claimsOfChallenge } from "./claims-challenge.ts";

/** The name (and so, in the Graph client's error, the code) of a failure before any byte of the request was sent. */
export const NOT_SENT = "RequestNotSent";

/** No answer within this is no answer; less when the deadline is nearer. */
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
 * The official Graph client with a chain of our own: token, then one fetch, all of it by the deadline. Its stock chain repeats
 * POSTs after 503 and 504, which could make a second object; `send.ts` decides instead. The one repeat made here is safe: 401
 * comes before anything is done, and a token may be refused long before it expires.
 *
 * @param baseUrl `https://graph.microsoft.com` or a stand-in; the client sends its token to no other origin
 * @param around stands between the client and what sends
 */
export function graphClient(
  baseUrl: string,
  tokens: TokenSource,
  around: (transport: Middleware) => Middleware = (transport) => transport,
): Client {
  const { origin, hostname } = new URL(baseUrl);
  const { execute } = around({
    execute: async (context) => {
      const endsAt = performance.now() + timeLeftMs(CALL_TIMEOUT_MS);
      const bearer = await signedIn(() => tokens.token());
      const response = await fetchBy(endsAt, context, bearer);
      context.response = response;
      if (response.status !== 401) return;
      const claims = claimsOfChallenge(response.headers.get("www-authenticate"));
      note("directory-token-refused");
      await response.body?.cancel();
      const next = await signedIn(() => tokens.renew(bearer, claims));
      context.response = await fetchBy(endsAt, context, next);
    },
  });
  const middleware: Middleware = {
    execute: async (context) => {
      if (urlOf(context).origin !== origin)
        throw new RequestNotSent(`No token is sent to ${urlOf(context).origin}`);
      await execute(context);
    },
  };
  return Client.initWithMiddleware({
    baseUrl,
    defaultVersion: "v1.0",
    middleware,
    customHosts: new Set([hostname]),
  });
}

async function signedIn(token: () => Promise<string>): Promise<string> {
  try {
    return await token();
  } catch (error) {
    // The Graph client's own error keeps no cause: without this nobody would learn that it was the sign-in.
    note(`directory-sign-in-failed:${error instanceof Error ? error.name : "unknown"}`);
    throw new RequestNotSent("No token for the directory", { cause: error });
  }
}

/** The time is up for the whole answer, not for its head only: the signal goes on while the body is read. */
async function fetchBy(endsAt: number, context: Context, bearer: string): Promise<Response> {
  const leftMs = Math.ceil(endsAt - performance.now());
  if (leftMs <= 0) throw new RequestNotSent("There is no time left to ask the directory");
  const options = {
    ...context.options,
    headers: { ...plainHeaders(context), authorization: `Bearer ${bearer}` },
    signal: AbortSignal.timeout(leftMs),
  };
  count("directoryCalls");
  try {
    const response = await traced("calls", spanName(context), {}, () =>
      fetch(context.request, options),
    );
    if (response.status === 429) count("directoryThrottled");
    return response;
  } catch (error) {
    if (neverConnected(error))
      throw new RequestNotSent("The directory is out of reach", { cause: error });
    throw error;
  }
}

const ID = /[0-9a-f]{8}-[0-9a-f-]{27}/gi;

const urlOf = ({ request }: Context): URL =>
  new URL(typeof request === "string" ? request : request.url);

/** `GET /v1.0/applications/{id}`: the path without ids and query. */
const spanName = (context: Context): string =>
  `${context.options?.method ?? "GET"} ${urlOf(context).pathname.replaceAll(ID, "{id}")}`;

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
