import type { IncomingMessage } from "node:http";
import type { HttpData } from "./core-types.ts";

/** Azure's own limit for a request body. */
const MAX_BODY_BYTES = 100 * 1024 * 1024;
/** Limits of Kestrel, the web server in front of Azure's host. */
const MAX_REQUEST_LINE_BYTES = 8 * 1024;
const MAX_HEADERS = 100;
export const MAX_HEADER_BYTES = 32 * 1024;

/** The server answers by itself, before any function is looked for. */
export class RequestRefused extends Error {
  override readonly name = "RequestRefused";
  readonly status: 400 | 413 | 414 | 431;

  constructor(status: RequestRefused["status"]) {
    super(`The request is answered ${status}.`);
    this.status = status;
  }
}

const utf8 = new TextDecoder("utf-8", { fatal: true });

/** Node hands bytes over as Latin-1; Kestrel takes them for UTF-8 and refuses what is none. */
function decodeHeader(value: string): string {
  try {
    return utf8.decode(Buffer.from(value, "latin1"));
  } catch {
    throw new RequestRefused(400);
  }
}

/** A header that comes twice is one text, joined by a comma: `Authorization` and `Content-Type` too. */
function readHeaders({ rawHeaders }: IncomingMessage): Record<string, string> {
  const headers = new Map<string, string>();
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = (rawHeaders[at] ?? "").toLowerCase();
    const value = decodeHeader(rawHeaders[at + 1] ?? "");
    const earlier = headers.get(name);
    if (name === "host" && earlier !== undefined) throw new RequestRefused(400);
    headers.set(name, earlier === undefined ? value : `${earlier},${value}`);
  }
  return Object.fromEntries(headers);
}

/** A name that comes twice, in whatever case, is one text, joined by a comma, under the first one's spelling. */
function readQuery({ searchParams }: URL): Record<string, string> {
  const query = new Map<string, { name: string; values: string[] }>();
  for (const [name, value] of searchParams) {
    const earlier = query.get(name.toLowerCase());
    if (earlier) earlier.values.push(value);
    else query.set(name.toLowerCase(), { name, values: [value] });
  }
  return Object.fromEntries(
    [...query.values()].map(({ name, values }) => [name, values.join(",")]),
  );
}

/**
 * Only a body whose length is told is handed on: of one in chunks the function sees nothing at all (`ToRpcHttp` of Azure's
 * host asks for `ContentLength > 0`).
 */
async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  const length = Number(request.headers["content-length"] ?? 0);
  if (length > MAX_BODY_BYTES) throw new RequestRefused(413);
  if (!(length > 0)) {
    request.resume();
    return undefined;
  }
  const parts: Buffer[] = [];
  for await (const part of request as AsyncIterable<Buffer>) parts.push(part);
  return Buffer.concat(parts);
}

/** Where the request goes. `//` and an escaped slash stay as they are; dots and other escapes are resolved. */
export interface Target {
  readonly url: URL;
  /** What routes are held against. */
  readonly path: string;
}

/** @throws {RequestRefused} */
export function readTarget(request: IncomingMessage): Target {
  const target = request.url ?? "/";
  const lineBytes = `${request.method} ${target} HTTP/1.1\r\n`.length;
  if (lineBytes > MAX_REQUEST_LINE_BYTES) throw new RequestRefused(414);
  const { rawHeaders } = request;
  if (rawHeaders.length > 2 * MAX_HEADERS) throw new RequestRefused(431);
  if (rawHeaders.reduce((sum, { length }) => sum + length + 2, 0) > MAX_HEADER_BYTES) {
    throw new RequestRefused(431);
  }
  const origin = `http://${request.headers.host ?? "127.0.0.1"}`;
  const url = URL.parse(target.startsWith("/") ? origin + target : target);
  if (!url || /%00/.test(url.pathname)) throw new RequestRefused(400);
  return { url, path: decodePath(url.pathname) };
}

/** Everything is decoded but `%2F`, and what is no UTF-8 stays as it was sent. */
const decodePath = (path: string): string =>
  path.replaceAll(/(?:%(?!2f)[\da-f]{2})+/gi, (escaped) => {
    try {
      return decodeURIComponent(escaped);
    } catch {
      return escaped;
    }
  });

/**
 * The request as the host hands it to its worker.
 *
 * @throws {RequestRefused}
 */
export async function toHttpData(
  request: IncomingMessage,
  { url }: Target,
  params: Record<string, string>,
): Promise<HttpData> {
  const headers = readHeaders(request);
  const bytes = await readBody(request);
  return {
    method: request.method ?? "GET",
    url: url.href,
    headers,
    params,
    query: readQuery(url),
    ...(bytes && { body: { bytes } }),
  };
}
