import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";

/**
 * Checks the access-key signature of Azure Communication Services: HMAC-SHA256 over verb, path with query, and
 * `date;host;content hash` (learn: communication-services/tutorials/hmac-header-tutorial).
 */
export function isSignedBy(accessKey: string, request: IncomingMessage, body: string): boolean {
  const { headers } = request;
  const hash = createHash("sha256").update(body).digest("base64");
  if (headers["x-ms-content-sha256"] !== hash) return false;
  const toSign = `${request.method}\n${request.url}\n${headers["x-ms-date"]};${headers.host};${hash}`;
  const signature = createHmac("sha256", Buffer.from(accessKey, "base64")).update(toSign).digest();
  const given =
    /^HMAC-SHA256 SignedHeaders=x-ms-date;host;x-ms-content-sha256&Signature=(.+)$/.exec(
      headers.authorization ?? "",
    )?.[1];
  const received = Buffer.from(given ?? "", "base64");
  return received.length === signature.length && timingSafeEqual(received, signature);
}
