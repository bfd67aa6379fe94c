import { promisify } from "node:util";
import { brotliCompress, gzip } from "node:zlib";
import type { HttpRequest, HttpResponseInit } from "@azure/functions";
import { bestEncoding, type Encoding } from "./encoding.ts";
import { etagOf, isKnown } from "./validator.ts";

const toBrotli = promisify(brotliCompress);
const toGzip = promisify(gzip);

/** What anybody's page and any cache may have: there is nothing private in it. */
const FOR_ALL = {
  "access-control-allow-origin": "*",
  "access-control-expose-headers": "ETag, Request-Id",
  "cache-control": "public, max-age=300",
  "cross-origin-resource-policy": "cross-origin",
  vary: "Accept-Encoding",
};

/** Answers with a text that is the same for everybody, as small as the caller takes it, under an ETag for each encoding. */
export function sharedDocument() {
  const packed = new Map<string, Promise<Uint8Array>>();

  return async (request: HttpRequest, text: string): Promise<HttpResponseInit> => {
    const encoding = bestEncoding(request.headers.get("accept-encoding"));
    const etag = etagOf(encoding === "identity" ? undefined : encoding, text);
    const headers = { ...FOR_ALL, etag };
    if (isKnown(request.headers.get("if-none-match"), etag)) return { status: 304, headers };
    const body = packed.get(etag) ?? pack(text, encoding);
    packed.set(etag, body);
    return {
      headers: { ...headers, ...(encoding !== "identity" && { "content-encoding": encoding }) },
      body: await body,
    };
  };
}

async function pack(text: string, encoding: Encoding): Promise<Uint8Array> {
  const bytes = Buffer.from(text);
  if (encoding === "identity") return bytes;
  return encoding === "br" ? toBrotli(bytes) : toGzip(bytes);
}
