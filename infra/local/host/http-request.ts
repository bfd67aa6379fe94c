import type { IncomingMessage } from "node:http";
import type { HttpData } from "./core-types.ts";

/** Azure's own limit for a request body. */
const MAX_BODY_BYTES = 100 * 1024 * 1024;

export class BodyTooLarge extends Error {
  override readonly name = "BodyTooLarge";
}

async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > MAX_BODY_BYTES) throw new BodyTooLarge("The request body is over 100 MB.");
    parts.push(part);
  }
  return size === 0 ? undefined : Buffer.concat(parts, size);
}

/** The request as the host hands it to its worker. The query stays in the URL, where repeated names survive. */
export async function toHttpData(
  request: IncomingMessage,
  url: URL,
  params: Record<string, string>,
): Promise<HttpData> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(", ") : value;
  }
  const bytes = await readBody(request);
  return {
    method: request.method ?? "GET",
    url: url.href,
    headers,
    params,
    ...(bytes && { body: { bytes } }),
  };
}
