import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import type { HttpRequest } from "@azure/functions";
import { done, type Outcome, refused } from "../../shared/base/outcome.ts";
import type { RequestRefusal } from "./refusal.ts";
import { parseStrictJson } from "./strict-json.ts";

const MAX_BODY_BYTES = 16 * 1024;

/** The request's JSON body, bounded and strictly parsed, with its exact text for fingerprints. */
export async function readBody(
  request: HttpRequest,
): Promise<Outcome<{ readonly json: unknown; readonly text: string }, RequestRefusal>> {
  const tooLarge = refused({ reason: "body-too-large" as const, limitBytes: MAX_BODY_BYTES });
  if (Number(request.headers.get("content-length") ?? 0) > MAX_BODY_BYTES) return tooLarge;
  const sent = new Uint8Array(await request.arrayBuffer());
  if (sent.byteLength > MAX_BODY_BYTES) return tooLarge;
  // Azure's host hands on no body whose length is not told: whatever came in chunks looks as if nothing had been sent.
  if (sent.byteLength === 0 && request.headers.get("content-length") === null)
    return refused({ reason: "length-required" });
  const [mediaType] = (request.headers.get("content-type") ?? "").split(";");
  if (mediaType?.trim().toLowerCase() !== "application/json")
    return refused({ reason: "unsupported-media-type" });
  const unpacked = await unpack(sent, request.headers.get("content-encoding"));
  if (!unpacked.ok) return unpacked;
  const bytes = unpacked.value;
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return done({ json: parseStrictJson(text), text });
  } catch (error) {
    const message = error instanceof SyntaxError ? error.message : "must be UTF-8";
    return refused({ reason: "invalid-request", errors: [{ field: "body", message }] });
  }
}

const toPlain = promisify(gunzip);

/** A body as it was before it was packed: in gzip or not at all. What would become larger than any body is not unpacked. */
async function unpack(
  bytes: Uint8Array,
  encoding: string | null,
): Promise<Outcome<Uint8Array, RequestRefusal>> {
  switch ((encoding ?? "").trim().toLowerCase()) {
    case "":
    case "identity":
      return done(bytes);
    case "gzip":
    case "x-gzip":
      break;
    default:
      return refused({ reason: "unsupported-media-type", encoding: true });
  }
  try {
    return done(await toPlain(bytes, { maxOutputLength: MAX_BODY_BYTES }));
  } catch (error) {
    const isTooLarge =
      error instanceof Error && "code" in error && error.code === "ERR_BUFFER_TOO_LARGE";
    if (isTooLarge) return refused({ reason: "body-too-large", limitBytes: MAX_BODY_BYTES });
    return refused({
      reason: "invalid-request",
      errors: [{ field: "body", message: "must be what its Content-Encoding says" }],
    });
  }
}
