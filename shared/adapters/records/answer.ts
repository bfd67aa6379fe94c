import { RestError } from "@azure/data-tables";

/** What an answer of the table service comes to, whatever was asked. */
export type Judgement =
  /** 404, 409, 412: a row was not as expected; nothing was done by this request. */
  | { readonly kind: "refused"; readonly error: RestError }
  /** There is no such table. */
  | { readonly kind: "gone" }
  /** 401, 403: we may not. Only an operator can mend it, so asking again at once is idle. */
  | { readonly kind: "forbidden" }
  /** Worth asking again. `mayBeDone`: the answer is lost, the change perhaps is not. */
  | {
      readonly kind: "away";
      readonly mayBeDone: boolean;
      readonly throttled: boolean;
      readonly retryAfterSeconds?: number;
    }
  /** 400 and the like: our own mistake. */
  | { readonly kind: "defect" };

/** An answer that says it is a success and is not one of the table service: a gateway's page, or a body that ends too soon. */
export class Unreadable extends Error {
  override readonly name = "Unreadable";
}

/** No answer in time. */
export class Silent extends Error {
  override readonly name = "Silent";
}

const REFUSED = [404, 409, 412];
/** The connection was never made, so the request was never read. */
const NEVER_SENT = ["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "EHOSTUNREACH", "ENETUNREACH"];
/** What signing in to the storage account throws. Nothing is sent without a token. */
const SIGN_IN = [
  "AuthenticationError",
  "CredentialUnavailableError",
  "AuthenticationRequiredError",
];
const LONGEST_SECONDS = 3_600;

export function judge(error: unknown): Judgement {
  if (error instanceof Unreadable || error instanceof Silent) return away(true);
  if (!(error instanceof RestError))
    return error instanceof Error && SIGN_IN.includes(error.name)
      ? away(false)
      : { kind: "defect" };
  const status = error.statusCode;
  if (status === undefined) return away(!NEVER_SENT.includes(error.code ?? ""));
  if (["TableNotFound", "TableBeingDeleted"].includes(errorCode(error) ?? ""))
    return { kind: "gone" };
  if (REFUSED.includes(status)) return { kind: "refused", error };
  if (status === 401 || status === 403) return { kind: "forbidden" };
  if (status === 429 || status === 503)
    // 429 is refused at the door; a 503 may also come from behind it.
    return { ...away(status === 503), throttled: true, ...retryAfter(error) };
  if (status < 400 || status === 408 || status >= 500)
    return { ...away(true), ...retryAfter(error) };
  return { kind: "defect" };
}

const away = (mayBeDone: boolean) => ({ kind: "away", mayBeDone, throttled: false }) as const;

/** Which action of a transaction was refused: the service begins its sentence with the number, counted from 0. */
export function refusedAction(error: RestError, actions: number): number | undefined {
  const at = /^(\d{1,3}):/.exec(error.message)?.[1];
  return at !== undefined && Number(at) < actions ? Number(at) : undefined;
}

function errorCode(error: RestError): string | undefined {
  return (
    error.response?.headers.get("x-ms-error-code") ??
    /"odata\.error":\s*\{\s*"code":\s*"(\w+)/.exec(error.response?.bodyAsText ?? "")?.[1]
  );
}

/** Seconds, or a date; nothing when it is neither. */
function retryAfter(error: RestError): { retryAfterSeconds?: number } {
  const header = error.response?.headers.get("retry-after");
  if (!header) return {};
  const seconds = /^\d+$/.test(header) ? Number(header) : (Date.parse(header) - Date.now()) / 1000;
  return Number.isFinite(seconds)
    ? { retryAfterSeconds: Math.min(Math.max(0, Math.ceil(seconds)), LONGEST_SECONDS) }
    : {};
}
