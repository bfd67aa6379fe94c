import type { HttpRequest, HttpResponseInit } from "@azure/functions";
import type { Reply } from "./reply.ts";
import { SECURITY_HEADERS } from "./security-headers.ts";
import { etagOf, isKnown } from "./validator.ts";

/** Adds what `GET` and changes promise of their ETag; a caller who has the answer already gets 304 without it. */
export function validated(request: HttpRequest, reply: Reply): Reply {
  const isRead = (request.method === "GET" || request.method === "HEAD") && reply.status === 200;
  if (!isRead && reply.revision === undefined) return reply;
  const shown = bodyOf(reply);
  const etag = etagOf(reply.revision, shown);
  const headers = { etag, ...reply.headers };
  if (isRead && isKnown(request.headers.get("if-none-match"), headers.etag)) {
    return { status: 304, headers };
  }
  return { ...reply, headers };
}

const bodyOf = ({ text, body }: Reply): string | undefined =>
  text ?? (body === undefined ? undefined : JSON.stringify(body));

/** The body of an answer to HEAD is left to the server, which drops it and keeps its length. */
export const toResponse = (
  reply: Reply,
  common: Readonly<Record<string, string>>,
): HttpResponseInit => ({
  status: reply.status,
  headers: {
    ...SECURITY_HEADERS,
    ...(reply.body !== undefined && { "content-type": "application/json" }),
    ...common,
    ...(reply.replayed && { "idempotent-replayed": "true" }),
    ...reply.headers,
  },
  ...(bodyOf(reply) !== undefined && { body: bodyOf(reply) }),
});
