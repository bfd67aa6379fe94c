import type { WatchRefusal } from "../../shared/care/reasons.ts";
import type { WebhookRefusal } from "../../shared/care/webhooks/reasons.ts";
import type { KindNotAllowed } from "../../shared/clients/credential-rules.ts";
import type { FederatedRefusal } from "../../shared/clients/federated/reasons.ts";
import type { LookupRefusal } from "../../shared/clients/look-up-client.ts";
import type { ClientRefusal } from "../../shared/clients/reasons.ts";
import type { CertificateRefusal, SecretRefusal } from "../../shared/clients/secret-reasons.ts";
import type { ConsentRefusal } from "../../shared/consent/reasons.ts";
import type { AccountRefusal } from "../../shared/operations/admission/account.ts";
import type { KeyRefusal } from "../../shared/operations/admission/key.ts";
import type { ParkedRefusal } from "../../shared/operations/settling/parked.ts";
import type { AuthenticationRefusal } from "./authenticate.ts";

export interface FieldError {
  /** Where it is: a JSON pointer into the body, or `query.limit`, `header.Idempotency-Key`. */
  readonly field: string;
  /** What to change. */
  readonly message: string;
}

/** What the edge itself refuses, before any operation is called. */
export type RequestRefusal =
  | { readonly reason: "invalid-request"; readonly errors: readonly FieldError[] }
  | { readonly reason: "length-required" }
  | {
      readonly reason: "too-many-requests";
      readonly limit: number;
      readonly retryAfterSeconds: number;
    }
  | { readonly reason: "body-too-large"; readonly limitBytes: number }
  | {
      readonly reason: "unsupported-media-type";
      /** It is how the body is packed that is not understood. */
      readonly encoding?: true;
    };

/** No route takes the request. */
export type RoutingRefusal =
  | { readonly reason: "no-such-route" }
  | { readonly reason: "method-not-allowed"; readonly allowed: readonly string[] };

/** A remote service is not there, or throttles us. */
export type OutageRefusal =
  | {
      readonly reason: "unavailable";
      /** Nothing was done; otherwise it may still be finished by the reconciler. */
      readonly untouched: boolean;
      readonly retryAfterSeconds: number;
    }
  | { readonly reason: "directory-throttled"; readonly retryAfterSeconds: number };

/** With the consent as it is now, as operators are shown it. */
export interface ConsentChanged {
  readonly reason: "consent-changed";
  readonly etag: string;
  readonly consent: Readonly<Record<string, unknown>>;
}

/** Everything a caller can be answered instead of what was asked. */
export type Refusal =
  | RequestRefusal
  | RoutingRefusal
  | AuthenticationRefusal
  | OutageRefusal
  | WatchRefusal
  | ClientRefusal
  | LookupRefusal
  | SecretRefusal
  | CertificateRefusal
  | FederatedRefusal
  | KindNotAllowed
  | Exclude<ConsentRefusal, { readonly reason: "consent-changed" }>
  | ConsentChanged
  | AccountRefusal
  | KeyRefusal
  | ParkedRefusal
  /** Nobody ends this customer. */
  | { readonly reason: "not-offboarding" }
  | WebhookRefusal
  | {
      readonly reason: "internal-error";
      /** What is recorded cannot be read by this version. */
      readonly illegible?: boolean;
    };
