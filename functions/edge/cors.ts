/** What a page may read of an answer besides its body. */
const EXPOSED =
  "ETag, Idempotent-Replayed, Link, Location, Preference-Applied, RateLimit, RateLimit-Policy, Request-Id, Retry-After, WWW-Authenticate";

/** CORS for the origins that are listed, and for no other; tokens travel in a header, so no credentials are allowed. */
export function corsHeaders(
  allowed: readonly string[],
  origin: string | null,
): Readonly<Record<string, string>> {
  if (allowed.length === 0) return {};
  if (origin === null || !allowed.includes(origin)) return { vary: "Origin" };
  return {
    "access-control-allow-origin": origin,
    "access-control-expose-headers": EXPOSED,
    vary: "Origin",
  };
}

/** The answer to a preflight; without the allow-headers for an origin that is not listed. */
export function preflightHeaders(
  allowed: readonly string[],
  origin: string | null,
): Readonly<Record<string, string>> {
  const cors = corsHeaders(allowed, origin);
  if (!("access-control-allow-origin" in cors)) return cors;
  return {
    ...cors,
    "access-control-allow-methods": "GET, HEAD, POST, PUT, PATCH, DELETE",
    "access-control-allow-headers":
      "Authorization, Content-Encoding, Content-Type, Idempotency-Key, If-Match, If-None-Match, Prefer",
    "access-control-max-age": "3600",
  };
}
