import { problem } from "./problem.ts";
import type { FieldError, Refusal } from "./refusal.ts";
import type { Reply } from "./reply.ts";

/** Codes of RFC 7591 (section 3.2.2), RFC 6750 (3.1) and RFC 6749 (4.1.2.1). */
export const OAUTH_ERRORS = [
  "invalid_client_metadata",
  "invalid_redirect_uri",
  "invalid_software_statement",
  "unapproved_software_statement",
  "invalid_request",
  "invalid_token",
  "insufficient_scope",
  "access_denied",
  "temporarily_unavailable",
  "server_error",
] as const;
export type OAuthErrorCode = (typeof OAUTH_ERRORS)[number];

/**
 * A refusal as OAuth writes errors, for tools that know nothing else: `error` and `error_description` in `application/json`, and
 * beside them everything that the problem document says, for whoever wants to know more.
 */
export function oauthError(refusal: Refusal, instance: string): Reply {
  const told = problem(refusal, instance);
  const status = STATUS_OF_METADATA.has(told.status) ? 400 : told.status;
  const waits = "retry-after" in told.headers;
  const { detail } = told.body;
  return {
    status,
    headers: { ...told.headers, "content-type": "application/json", ...NOT_CACHED },
    body: {
      error: waits ? "temporarily_unavailable" : codeOf(refusal, status),
      error_description: ascii(detail),
      ...told.body,
      status,
    },
  };
}

/** As RFC 7591 has it in its examples; `Cache-Control` is on every answer. */
export const NOT_CACHED = { pragma: "no-cache" };

/** RFC 7591 knows but one status for what is wrong with a registration. */
const STATUS_OF_METADATA: ReadonlySet<number> = new Set([422]);

function codeOf(refusal: Refusal, status: number): OAuthErrorCode {
  switch (refusal.reason) {
    case "invalid-request":
      return codeOfFields(refusal.errors);
    case "name-not-allowed":
      return "invalid_client_metadata";
    case "missing-scope":
      return "insufficient_scope";
    case "unauthenticated":
      return "invalid_token";
    case "idempotency-key-reused":
    case "secret-value-already-returned":
    case "length-required":
    case "body-too-large":
    case "unsupported-media-type":
      return "invalid_request";
    default:
      return status >= 500 ? "server_error" : "access_denied";
  }
}

/** What a client may not say of itself, or says wrongly, is no matter of its metadata (RFC 7592, section 2.2). */
const NOT_METADATA =
  /^(header\.|query\.|\/(client_id|client_secret|client_id_issued_at|client_secret_expires_at|registration_access_token|registration_client_uri)$)/;

/** The first that is wrong decides. */
function codeOfFields([first]: readonly FieldError[]): OAuthErrorCode {
  const { field = "", message = "" } = first ?? {};
  if (field.startsWith("/redirect_uris")) return "invalid_redirect_uri";
  if (field === "/software_statement")
    return message === NO_STATEMENT
      ? "invalid_software_statement"
      : "unapproved_software_statement";
  return NOT_METADATA.test(field) ? "invalid_request" : "invalid_client_metadata";
}

/** Said of a software statement that is no JWT. */
export const NO_STATEMENT = "must be a signed JWT";

/** `error_description` is in ASCII, without quotes and backslashes (RFC 6749, 5.2); names may be quoted in it. */
const ascii = (text: string): string =>
  text
    .replaceAll('"', "'")
    .replaceAll("\\", "/")
    .replaceAll(/[^\x20-\x7e]/gu, "?");
