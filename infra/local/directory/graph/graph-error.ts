import { randomUUID } from "node:crypto";

/**
 * An error of Microsoft Graph: HTTP status, the stable `code`, a text for people, and headers such as `Retry-After`.
 * Thrown anywhere below the router; the router turns it into Graph's envelope, alone or inside a batch.
 */
export class GraphError extends Error {
  readonly status: number;
  readonly code: string;
  readonly headers: Readonly<Record<string, string>>;
  /** What some refusals say besides, each with a code of its own. */
  readonly details: readonly object[];

  constructor(
    status: number,
    code: string,
    message: string,
    headers: Record<string, string> = {},
    details: readonly object[] = [],
  ) {
    super(message);
    this.name = "GraphError";
    this.status = status;
    this.code = code;
    this.headers = headers;
    this.details = details;
  }
}

export const badRequest = (message: string): GraphError =>
  new GraphError(400, "Request_BadRequest", message);

/** The general OData parser's refusal, which has another code than the directory's own. */
export const badQuery = (message: string): GraphError => new GraphError(400, "BadRequest", message);

export const unsupportedQuery = (message: string): GraphError =>
  new GraphError(400, "Request_UnsupportedQuery", message);

export const notFound = (id: string): GraphError =>
  new GraphError(
    404,
    "Request_ResourceNotFound",
    `Resource '${id}' does not exist or one of its queried reference-property objects are not present.`,
  );

export const forbidden = (): GraphError =>
  new GraphError(
    403,
    "Authorization_RequestDenied",
    "Insufficient privileges to complete the operation.",
  );

const SIGN_IN =
  'Bearer realm="", authorization_uri="https://login.microsoftonline.com/common/oauth2/authorize", client_id="00000003-0000-0000-c000-000000000000"';

export const unauthenticated = (message: string): GraphError =>
  new GraphError(401, "InvalidAuthenticationToken", message, { "WWW-Authenticate": SIGN_IN });

/**
 * The challenge of continuous access evaluation: the next token must have been asked for with these claims.
 * Source: Microsoft Learn, "Claims challenges, claims requests, and client capabilities".
 */
export function claimsChallenge(at: Date): GraphError {
  const value = String(Math.floor(at.getTime() / 1_000));
  const claims = { access_token: { nbf: { essential: true, value } } };
  const encoded = Buffer.from(JSON.stringify(claims)).toString("base64");
  return new GraphError(
    401,
    "InvalidAuthenticationToken",
    "Continuous access evaluation resulted in challenge with result: InteractionRequired and code: TokenIssuedBeforeRevocationTimestamp",
    { "WWW-Authenticate": `${SIGN_IN}, error="insufficient_claims", claims="${encoded}"` },
  );
}

/** Reported (azure-tools-for-java#585, azure-sdk-tools#5169); the limit may be the tenant's or the creator's. */
export const quotaExceeded = (): GraphError =>
  new GraphError(
    403,
    "Directory_QuotaExceeded",
    "The directory object quota limit for the Principal has been exceeded. Please ask your administrator to increase the quota limit or delete objects to reduce the used quota.",
  );

/** Documented in Graph's throttling guidance; not every 429 carries `Retry-After`. */
export const throttled = (retryAfter?: number | Date): GraphError =>
  new GraphError(
    429,
    "TooManyRequests",
    "Please retry again later.",
    retryAfter === undefined
      ? {}
      : {
          "Retry-After": retryAfter instanceof Date ? retryAfter.toUTCString() : String(retryAfter),
        },
  );

export function serverError(status: number): GraphError {
  switch (status) {
    case 404:
      // Recorded in terraform-provider-azuread#1578.
      return new GraphError(
        status,
        "Directory_ObjectNotFound",
        "Unable to read the company information from the directory.",
      );
    case 503:
    case 504:
      return new GraphError(
        status,
        status === 503 ? "serviceNotAvailable" : "UnknownError",
        "The service is temporarily unavailable. Please retry later.",
      );
    default:
      return new GraphError(status, "InternalServerError", "An unexpected error occurred.");
  }
}

/** Graph's error envelope. `requestId` is also sent as the header `request-id`. */
export function envelope(error: GraphError, clientRequestId?: string, at = new Date()): object {
  const requestId = randomUUID();
  const date = at.toISOString().slice(0, 19);
  const trace = {
    date,
    "request-id": requestId,
    "client-request-id": clientRequestId ?? requestId,
  };
  const innerError =
    error.status === 429
      ? { code: "429", message: "Please retry after", status: "429", ...trace }
      : trace;
  const { code, message, details } = error;
  return { error: { code, message, ...(details.length > 0 && { details }), innerError } };
}
