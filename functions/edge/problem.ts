import { showFederated } from "../http/credentials/federated-shapes.ts";
import { type ProblemType, problemTypes } from "./problem-types.ts";
import type { Refusal } from "./refusal.ts";
import { keptFor, type Reply } from "./reply.ts";

interface Told {
  readonly detail: string;
  readonly members?: Readonly<Record<string, unknown>>;
  readonly retryAfterSeconds?: number;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface ProblemReply extends Reply {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Readonly<Record<"type" | "title" | "detail" | "instance", string>> &
    Readonly<Record<string, unknown>>;
}

/** Where the problem types are documented; relative to the API, so that it holds wherever the service runs. */
export const problemUri = (type: ProblemType): string => `/problems/${type}`;

/**
 * Any refusal as a problem document (RFC 9457).
 *
 * @param instance names this occurrence; the operator finds the log line by it
 */
export function problem(refusal: Refusal, instance: string): ProblemReply {
  const { status, title } = problemTypes[refusal.reason];
  const { detail, members, retryAfterSeconds, headers } = tell(refusal);
  return {
    status,
    headers: {
      "content-type": "application/problem+json",
      ...(retryAfterSeconds !== undefined && { "retry-after": String(retryAfterSeconds) }),
      ...headers,
    },
    body: { type: problemUri(refusal.reason), title, status, detail, instance, ...members },
  };
}

const INSUFFICIENT = { "www-authenticate": 'Bearer error="insufficient_scope"' };

const KIND_REFUSED_BY = {
  directory: "The token endpoint here takes none of this kind.",
  setting: "The operators want none of this kind.",
  policy: "The directory's administrator has forbidden credentials of this kind.",
} as const;

const insteadOf = (kinds: readonly string[]): string =>
  kinds.length > 0
    ? `A client may get: ${kinds.join(", ")}.`
    : "Ask the operators which kind a client may get.";

const longerThan = ({ longestDays }: { readonly longestDays?: number }, todo: string): Told =>
  longestDays === undefined
    ? { detail: `${todo}: the directory's administrator allows none this long.` }
    : {
        detail: `${todo}: the directory's administrator allows ${longestDays} days at most.`,
        members: { longestDays },
      };

/** What the caller is told of each refusal: what to do, and nothing from inside. */
function tell(refusal: Refusal): Told {
  switch (refusal.reason) {
    case "invalid-request":
      return {
        detail: refusal.errors.map(({ field, message }) => `${field} ${message}`).join("; "),
        members: { errors: refusal.errors },
      };
    case "unauthenticated":
      return {
        detail: "Send a bearer token that was issued for this API and has not expired.",
        // RFC 6750, 3.1: who sent no token is told which scheme to use, and of no error.
        headers: {
          "www-authenticate": refusal.presented ? 'Bearer error="invalid_token"' : "Bearer",
        },
      };
    case "missing-scope":
      return {
        detail: `Ask for an access token with the scope ${refusal.scope}.`,
        headers: {
          "www-authenticate": `Bearer error="insufficient_scope", scope="${refusal.scope}"`,
        },
      };
    case "missing-role":
      return { detail: `The app role ${refusal.role} must be assigned to you.` };
    case "application-not-allowed":
      return {
        detail:
          "Sign in through an application that OPERATOR_CLIENTS names, such as the operators' page.",
        headers: INSUFFICIENT,
      };
    case "user-flow-not-allowed":
      return {
        detail: "Sign in again, by the usual way: tokens of this user flow are not taken here.",
        headers: INSUFFICIENT,
      };
    case "no-subscription":
      return { detail: `The token must name your subscription as text in ${refusal.claim}.` };
    case "not-found":
      return { detail: "Check the id; GET /clients lists the clients of your subscription." };
    case "no-such-client":
      return {
        detail: "Refuse its tokens. It was never made here, or has been deleted.",
        headers: { "cache-control": keptFor(refusal.maxAgeSeconds) },
      };
    case "no-such-route":
      return { detail: "Check the address; GET /api/openapi.json describes every route." };
    case "method-not-allowed":
      return {
        detail: `Use ${refusal.allowed.join(" or ")}; GET /api/openapi.json describes every route.`,
        headers: { allow: refusal.allowed.join(", ") },
      };
    case "secret-not-found":
      return { detail: "Check the keyId; the client's own page lists its secrets." };
    case "certificate-not-found":
      return { detail: "Check the keyId; the client's own page lists its certificates." };
    case "certificate-held":
      return {
        detail: `Nothing was added: it is there already, as ${refusal.keyId}. Send another certificate.`,
        members: { keyId: refusal.keyId },
      };
    case "certificate-limit-reached":
      return { detail: "Remove a certificate that no program uses any more, then ask again." };
    case "certificate-forbidden-by-policy":
      return longerThan(refusal, "Send a certificate that ends sooner");
    case "consent-not-found":
      return { detail: "Check the id; GET /admin/consents lists the consents of each state." };
    case "consent-already-decided":
      return {
        detail: `It is ${refusal.state}. Verify it if the directory has changed since.`,
        members: { state: refusal.state },
      };
    case "consent-changed":
      return {
        detail: "Nothing was decided. See what it is now, and decide on that with its ETag.",
        members: { consent: refusal.consent },
        headers: { etag: refusal.etag },
      };
    case "consent-not-granted":
      return {
        detail: `It is ${refusal.state}: there is nothing to revoke. Verify it if the directory has changed since.`,
        members: { state: refusal.state },
      };
    case "revoke-not-enabled":
      return {
        detail:
          "Remove the client's permissions in the directory (grantUrl), then verify; or set CONSENT_GRANT to automatic-on-approve.",
      };
    case "grant-not-enabled":
      return {
        detail:
          "Grant it in the directory (grantUrl), then verify; or set CONSENT_GRANT to automatic-on-approve.",
      };
    case "client-limit-reached":
      return {
        detail: `The subscription may have ${refusal.limit} clients. Delete one that is not used.`,
        members: { limit: refusal.limit },
      };
    case "subscription-blocked":
      return {
        detail: "Operators let this subscription make no more clients; reason says why.",
        members: { reason: refusal.because },
      };
    case "no-verified-email":
      return {
        detail:
          "Letters go to the verified address of your own token and to no other. Sign in again; if it still has none, ask the operators.",
      };
    case "mail-not-set-up":
      return { detail: "Use the events, a webhook or the calendar instead, or ask the operators." };
    case "client-suspended":
      return {
        detail:
          "Secrets can be removed, not added, until it is resumed; reason says why it was stopped.",
        members: { reason: refusal.because },
      };
    case "client-gone":
      return { detail: "It cannot be restored by anybody. Create another one." };
    case "not-offboarding":
      return {
        detail: "Nothing was changed; GET /admin/subscriptions/{subscription} says how it stands.",
      };
    case "stopped-by-operator":
      return {
        detail: "Only the operators can let it go on; reason says why they stopped it.",
        members: { reason: refusal.because },
      };
    case "subscription-suspended":
      return {
        detail: "Resume the subscription, and its clients with it; reason says why it was stopped.",
        members: { reason: refusal.because },
      };
    case "webhook-not-found":
      return { detail: "Set one with PUT /webhook." };
    case "webhooks-not-enabled":
      return { detail: "Whoever runs this service has to set WEBHOOK_SIGNING_KEY first." };
    case "webhook-tested-often":
      return {
        detail: "Nothing was sent. Ask again after the pause.",
        retryAfterSeconds: refusal.retryAfterSeconds,
      };
    case "operation-not-found":
      return { detail: "Check the id; GET /admin/operations lists what waits." };
    case "credential-kind-not-allowed":
      return {
        detail: `${KIND_REFUSED_BY[refusal.why]} ${insteadOf(refusal.allowed)}`,
        members: { kind: refusal.kind, allowed: refusal.allowed, why: refusal.why },
      };
    case "federated-not-found":
      return {
        detail: "Check the id; GET /clients/{id}/federated-credentials lists what is there.",
      };
    case "federated-exists":
      return {
        detail: `${refusal.alike === "trust" ? "Its issuer and subject are" : "Its name is"} that of another one. Use that one, or remove it first.`,
        members: { alike: refusal.alike, credentials: [showFederated(refusal.credential)] },
      };
    case "federated-limit-reached":
      return {
        detail: `The client may have ${refusal.limit} federated credentials. Remove one of those listed.`,
        members: { limit: refusal.limit, credentials: refusal.credentials.map(showFederated) },
      };
    case "federated-not-allowed":
      return {
        detail:
          "Nothing was made. Compare name, issuer, subject and audience with what the issuer says of its tokens.",
      };
    case "name-not-allowed":
      return {
        detail:
          "Choose another displayName: the directory reserves words such as Microsoft for its own maker.",
      };
    case "forbidden-by-policy":
      return { detail: "The directory's administrator does not allow clients of this kind." };
    case "client-not-managed":
      return {
        detail:
          "Nothing was changed. An administrator has taken the client out of this service's hands; the operators have been told.",
      };
    case "directory-full":
      return {
        detail:
          "Nothing was made. Only an administrator can make room; the operators have been told.",
      };
    case "directory-refused":
      return {
        detail:
          "Nothing was changed, and asking again will not help; the operators have been told.",
      };
    case "client-busy":
      return {
        detail: "Wait for the other change to end, then ask again.",
        retryAfterSeconds: refusal.retryAfterSeconds,
      };
    case "request-in-progress":
      return {
        detail: "Ask again with the same key for the answer of the first request.",
        retryAfterSeconds: refusal.retryAfterSeconds,
      };
    case "secret-limit-reached":
      return {
        detail: `The client may have ${refusal.limit} secrets at once. Remove one of those listed, the first expires soonest; or rotate, and name the one that goes as replaces.`,
        members: {
          limit: refusal.limit,
          secrets: refusal.secrets.map(({ keyId, displayName, hint, expiresAt }) => ({
            keyId,
            displayName,
            hint,
            expiresAt: expiresAt.toISOString(),
          })),
        },
      };
    case "last-secret":
      return {
        detail:
          "Nothing was removed: the client would get no more tokens. Add another credential or rotate this one first, or repeat with ?confirm=last.",
      };
    case "secret-value-already-returned":
      return {
        detail:
          "The value is shown once and kept nowhere. If it did not reach you, remove this secret and ask for another with a new key.",
        members: { keyId: refusal.keyId },
      };
    case "precondition-failed":
      return {
        detail: "Read the client again and repeat the change with its new ETag.",
        headers: { etag: refusal.etag },
      };
    case "length-required":
      return {
        detail:
          "Send the body in one piece, with Content-Length; Transfer-Encoding: chunked is not read.",
      };
    case "body-too-large":
      return { detail: `Send at most ${refusal.limitBytes} bytes.` };
    case "unsupported-media-type":
      return refusal.encoding
        ? {
            detail: "Send the body as it is, or with Content-Encoding: gzip.",
            // RFC 9110, 12.5.3: of a 415, what would have been taken.
            headers: { "accept-encoding": "gzip" },
          }
        : { detail: "Send the body as application/json." };
    case "idempotency-key-reused":
      return { detail: "This Idempotency-Key was used with another request. Use a new key." };
    case "secret-forbidden-by-policy":
      return longerThan(refusal, "Ask for a shorter lifetimeDays");
    case "deleted-limit-reached":
      return {
        detail: `The directory keeps a deleted client for 30 days, and may keep ${refusal.limit} of a subscription. Rename a client instead of deleting it, or ask again after the pause.`,
        members: { limit: refusal.limit },
        retryAfterSeconds: refusal.retryAfterSeconds,
      };
    case "share-used-up":
      return {
        detail: `Nothing was changed. All customers share ${refusal.limit} changes a minute, and you have used more than others of late. Ask again after the pause.`,
        members: { limit: refusal.limit },
        retryAfterSeconds: refusal.retryAfterSeconds,
      };
    case "too-many-requests":
      return {
        detail: `Nothing was done. A subscription may send ${refusal.limit} requests a minute; RateLimit on each answer says how many are left.`,
        members: { limit: refusal.limit },
        retryAfterSeconds: refusal.retryAfterSeconds,
      };
    case "rate-limited":
      return {
        detail: `A subscription may change ${refusal.limit} things a minute.`,
        members: { limit: refusal.limit },
        retryAfterSeconds: refusal.retryAfterSeconds,
      };
    case "directory-throttled":
      return {
        detail: "Nothing was changed. Ask again after the pause.",
        retryAfterSeconds: refusal.retryAfterSeconds,
      };
    case "unavailable":
      return {
        detail: refusal.untouched
          ? "Nothing was changed. Ask again after the pause."
          : "What was asked may still be finished. Ask again after the pause, with the same Idempotency-Key if you sent one.",
        retryAfterSeconds: refusal.retryAfterSeconds,
      };
    case "internal-error":
      return {
        detail: refusal.illegible
          ? "What is recorded of it cannot be read. The operators find the row in the log under this instance, and only they can mend it."
          : "The fault is ours and has been recorded under this instance.",
      };
  }
}
