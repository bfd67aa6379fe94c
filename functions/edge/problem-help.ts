import type { ProblemType } from "./problem-types.ts";

/** Who can do something about a problem. */
export type Helper = "caller" | "operators" | "time";

export interface Help {
  /** What has happened, and whether anything was changed. */
  readonly happened: string;
  readonly todo: string;
  readonly helper: Helper;
}

const NOTHING = "Nothing was changed.";

/**
 * What a problem's page says besides its title and example. docs/problems.md and the pages at `/problems/…` are made from this;
 * the type says when one is missing.
 */
export const problemHelp: Readonly<Record<ProblemType, Help>> = {
  "invalid-request": {
    happened: `The address, a parameter, a header or the body is not as the OpenAPI document describes it. ${NOTHING}`,
    todo: "Mend each field that `errors` names, then send the request again.",
    helper: "caller",
  },
  unauthenticated: {
    happened:
      "The request had no access token, or one that is not for this API, has expired, or was not issued by the right issuer.",
    todo: "Get a new access token and send it as `Authorization: Bearer`. In the portal, sign in again.",
    helper: "caller",
  },
  "missing-scope": {
    happened:
      "The access token is good, but was not asked for with the scope that this operation needs.",
    todo: "Ask for a token with the scope that `detail` names.",
    helper: "caller",
  },
  "missing-role": {
    happened:
      "The access token is good, but whoever it stands for has not been given the role that this operation needs.",
    todo: "Have an administrator assign the role, then get a new token: those that are out do not change.",
    helper: "operators",
  },
  "application-not-allowed": {
    happened:
      "The access token was issued to an application that is not one of those whose tokens are taken here.",
    todo: "Sign in through the operators' page, or have the application added to those that may call.",
    helper: "operators",
  },
  "user-flow-not-allowed": {
    happened:
      "The access token comes from a sign-up, profile or other user flow whose tokens are not taken here.",
    todo: "Sign in again by the usual way.",
    helper: "caller",
  },
  "no-subscription": {
    happened: "The access token does not say to which subscription you belong.",
    todo: "Ask the operators to enter your subscription in your account, then sign in again.",
    helper: "operators",
  },
  "subscription-blocked": {
    happened: `The operators have stopped your subscription from making more clients. ${NOTHING}`,
    todo: "Ask the operators; what you have may be used on unless it has been stopped too.",
    helper: "operators",
  },
  "no-verified-email": {
    happened: `You asked to be told by mail, and your access token holds no address that its issuer has verified. ${NOTHING}`,
    todo: "Verify your address where you sign in, then sign in again. Operators say which claim counts (`CUSTOMER_EMAIL_CLAIM`).",
    helper: "operators",
  },
  "mail-not-set-up": {
    happened: `You asked to be told by mail, and this service has no mail service or no key for the addresses in letters. ${NOTHING}`,
    todo: "Ask the operators to set it up (`EMAIL_CONNECTION`, `ALERT_EMAIL_FROM`, `UNSUBSCRIBE_KEY`).",
    helper: "operators",
  },
  "not-found": {
    happened: "Your subscription has no client with this id. It may have been deleted.",
    todo: "List your clients to see which there are.",
    helper: "caller",
  },
  "no-such-client": {
    happened: "No client of any subscription has this OAuth client id, or it has been deleted.",
    todo: "Refuse whoever calls with it. Ask again no sooner than `Cache-Control` says.",
    helper: "caller",
  },
  "no-such-route": {
    happened: "The API has nothing at this address.",
    todo: "Compare the address with the OpenAPI document at /api/openapi.json.",
    helper: "caller",
  },
  "secret-not-found": {
    happened: "The client has no secret with this keyId. It may have been removed.",
    todo: "Read the client: it lists its secrets.",
    helper: "caller",
  },
  "certificate-not-found": {
    happened: "The client has no certificate with this keyId. It may have been removed.",
    todo: "Read the client: it lists its certificates.",
    helper: "caller",
  },
  "certificate-held": {
    happened: `The client has this certificate already, under the \`keyId\`. ${NOTHING}`,
    todo: "Use the one that is there; to rotate it, make another key pair and send the certificate of that.",
    helper: "caller",
  },
  "certificate-limit-reached": {
    happened: `The directory holds no more certificates of the client. ${NOTHING}`,
    todo: "Remove one that no program uses any more.",
    helper: "caller",
  },
  "certificate-forbidden-by-policy": {
    happened:
      "A policy of the directory's administrators forbids certificates that live this long. `longestDays` says how many days are allowed, where the service may read the policy. None was added.",
    todo: "Make one that ends sooner.",
    helper: "operators",
  },
  "webhook-not-found": {
    happened: `No address was named to which this subscription's events are posted. ${NOTHING}`,
    todo: "Name one with PUT /webhook.",
    helper: "caller",
  },
  "webhooks-not-enabled": {
    happened: `This deployment posts events to no customer's own address: it has no key to make their secrets from. ${NOTHING}`,
    todo: "Ask the operators to set WEBHOOK_SIGNING_KEY.",
    helper: "operators",
  },
  "webhook-tested-often": {
    happened: "The webhook was tested five times within a minute. Nothing was sent.",
    todo: "Ask again after the pause that `Retry-After` says.",
    helper: "time",
  },
  "operation-not-found": {
    happened:
      "No change with this id waits for an operator: it was never set aside, or has ended since.",
    todo: "List the changes that wait.",
    helper: "caller",
  },
  "consent-not-found": {
    happened: "There is no consent of this client: it was deleted, or never asked for one.",
    todo: "List the consents of each state.",
    helper: "caller",
  },
  "method-not-allowed": {
    happened: "There is something at this address, but it does not take this method.",
    todo: "Use one of the methods that `Allow` names.",
    helper: "caller",
  },
  "consent-already-decided": {
    happened: `Somebody has decided on this consent before. ${NOTHING}`,
    todo: "Read the consent. If the directory has changed since, verify it.",
    helper: "caller",
  },
  "consent-not-granted": {
    happened: `The client has no grant that could be revoked. ${NOTHING}`,
    todo: "Verify the consent, if the directory has changed since.",
    helper: "operators",
  },
  "revoke-not-enabled": {
    happened: `This service was not set up to grant or revoke consent itself. ${NOTHING}`,
    todo: "Remove the client's permissions in the directory, at `grantUrl`, then verify it here; or stop the client.",
    helper: "operators",
  },
  "grant-not-enabled": {
    happened: `This service was not set up to grant consent itself. ${NOTHING}`,
    todo: "Grant it in the directory, at `grantUrl`, then verify it here.",
    helper: "operators",
  },
  "client-limit-reached": {
    happened: "Your subscription has as many clients as it may have. No client was made.",
    todo: "Delete a client that nobody uses, or ask the operators for more.",
    helper: "caller",
  },
  "deleted-limit-reached": {
    happened:
      "The directory keeps what is deleted for 30 days, and still keeps as many deleted clients of your subscription as it may. No client was made.",
    todo: "Wait until the oldest of them are gone for good, or ask the operators.",
    helper: "operators",
  },
  "client-busy": {
    happened: `Another change of this client has not ended yet. ${NOTHING}`,
    todo: "Ask again after the pause in `Retry-After`.",
    helper: "time",
  },
  "client-suspended": {
    happened: `The client has been stopped: it gets no new tokens. ${NOTHING}`,
    todo: "Read the client: it says who stopped it and why. Resume it if it was you; else ask the operators.",
    helper: "operators",
  },
  "client-gone": {
    happened:
      "The client was deleted, and the directory keeps nothing of it any more: its 30 days are over, or somebody has purged it.",
    todo: "Create another one.",
    helper: "caller",
  },
  "not-offboarding": {
    happened: `There is no offboarding of this subscription to call off. ${NOTHING}`,
    todo: "See how it stands: `GET /admin/subscriptions/{subscription}`.",
    helper: "caller",
  },
  "stopped-by-operator": {
    happened: `The operators have stopped the client, alone or with all of its subscription. ${NOTHING}`,
    todo: "Read `reason`, and ask the operators to let it go on.",
    helper: "operators",
  },
  "subscription-suspended": {
    happened: `The operators have stopped all of the subscription's clients. ${NOTHING}`,
    todo: "Ask the operators to let them go on.",
    helper: "operators",
  },
  "request-in-progress": {
    happened: "An earlier request with the same `Idempotency-Key` has not been answered yet.",
    todo: "Ask again with the same key after the pause in `Retry-After`: you get its answer.",
    helper: "time",
  },
  "last-secret": {
    happened: `The client has its consent, and no other secret, certificate or federated credential that works and stays: without this one it would get no more tokens. ${NOTHING}`,
    todo: "Make another credential, or rotate this one, and remove it when your program uses the new one. If the client is to stop, repeat the request with `?confirm=last`.",
    helper: "caller",
  },
  "secret-limit-reached": {
    happened: "The client has as many secrets as the directory lets it have. No secret was made.",
    todo: "Remove one of those that `secrets` lists; the first expires soonest. If you rotate a secret, say in `replaces` which of them goes for the new one: that one works no more from then on.",
    helper: "caller",
  },
  "client-not-managed": {
    happened: `An administrator has taken the client out of this service's hands in the directory. ${NOTHING}`,
    todo: "Nothing that you could do. The operators have been told.",
    helper: "operators",
  },
  "secret-value-already-returned": {
    happened:
      "The secret was made by an earlier request with this key. Its value was in that answer, and is kept nowhere.",
    todo: "If the value did not reach you, remove the secret with the `keyId` and ask for another with a new key.",
    helper: "caller",
  },
  "length-required": {
    happened: "The body came in chunks, without its length, and could not be read.",
    todo: "Send the body in one piece, with `Content-Length`; in most clients: give it a text or a buffer, not a stream.",
    helper: "caller",
  },
  "precondition-failed": {
    happened: `The client has changed since you read it: your \`If-Match\` names an older state. ${NOTHING}`,
    todo: "Read the client again, look whether your change still makes sense, and send it with the new `ETag`.",
    helper: "caller",
  },
  "consent-changed": {
    happened:
      "The consent, or the client it is for, has changed since it was shown to you. Nothing was decided.",
    todo: "Look at `consent`, which is how it is now, and decide on that with its `ETag`.",
    helper: "caller",
  },
  "body-too-large": {
    happened: "The body is larger than anything this API takes, or becomes so when it is unpacked.",
    todo: "Send at most 16 KiB.",
    helper: "caller",
  },
  "unsupported-media-type": {
    happened: "The body is not said to be JSON, or is packed in a way that is not understood.",
    todo: "Send it with `Content-Type: application/json`, as it is or with `Content-Encoding: gzip`.",
    helper: "caller",
  },
  "idempotency-key-reused": {
    happened: `The same \`Idempotency-Key\` came with another request before. ${NOTHING}`,
    todo: "Use a new key for each thing that you want done.",
    helper: "caller",
  },
  "secret-forbidden-by-policy": {
    happened:
      "A policy of the directory's administrators forbids secrets that live this long. `longestDays` says how many days are allowed, where the service may read the policy. No secret was made.",
    todo: "Ask for a shorter life.",
    helper: "operators",
  },
  "credential-kind-not-allowed": {
    happened: `Clients get no credential of this kind here: \`why\` says whether the token endpoint does not take it, the operators do not want it, or a policy of the directory forbids it. ${NOTHING}`,
    todo: "Use a kind that `allowed` names.",
    helper: "operators",
  },
  "federated-not-found": {
    happened: `The client trusts nobody of this id: it has been removed, or belongs to another client. ${NOTHING}`,
    todo: "List the client's federated credentials.",
    helper: "caller",
  },
  "federated-exists": {
    happened: `A name stands once only in a client, and so do issuer and subject: \`credentials\` has the one that is in the way, \`alike\` says by what. ${NOTHING}`,
    todo: "Use that one, or remove it first; or choose another name.",
    helper: "caller",
  },
  "federated-limit-reached": {
    happened: `The directory takes no more federated credentials of one client. ${NOTHING}`,
    todo: "Remove one that is not used, or make another client.",
    helper: "caller",
  },
  "federated-not-allowed": {
    happened: `The directory refuses this name, issuer, subject or audience, and does not say why in words that this service knows. ${NOTHING}`,
    todo: "Compare each with what the issuer's documentation says of its tokens. If it is right, ask the operators.",
    helper: "operators",
  },
  "name-not-allowed": {
    happened: `The directory keeps certain words in names for itself. ${NOTHING}`,
    todo: "Choose another name.",
    helper: "caller",
  },
  "forbidden-by-policy": {
    happened: `A policy of the directory forbids clients of this kind. ${NOTHING}`,
    todo: "Ask the operators: only they can change the policy.",
    helper: "operators",
  },
  "share-used-up": {
    happened: `Many customers change things at once, and your subscription has had its share for now. ${NOTHING}`,
    todo: "Ask again after the pause in `Retry-After`.",
    helper: "time",
  },
  "too-many-requests": {
    happened:
      "Your subscription has sent as many requests as it may in a minute. Nothing was done.",
    todo: "Ask again after the pause in `Retry-After`. `RateLimit` on every answer says how many requests are left.",
    helper: "time",
  },
  "rate-limited": {
    happened: `Your subscription has asked for as many things as it may in a minute. ${NOTHING}`,
    todo: "Ask again after the pause in `Retry-After`, and less often from then on.",
    helper: "time",
  },
  "directory-throttled": {
    happened: `The directory has more to do than it takes from this service at once. ${NOTHING}`,
    todo: "Ask again after the pause in `Retry-After`.",
    helper: "time",
  },
  "internal-error": {
    happened:
      "The service has a fault, or cannot read what is recorded of this; `detail` says which. What you asked for may or may not have been done.",
    todo: "See whether it was done before you ask again; a POST is safe to repeat under its `Idempotency-Key`.",
    helper: "operators",
  },
  "directory-refused": {
    happened: `The directory refuses this for good. ${NOTHING}`,
    todo: "Nothing that you could do. The operators have been told.",
    helper: "operators",
  },
  unavailable: {
    happened:
      "Something that the service needs did not answer in time. `detail` says whether anything may have been done.",
    todo: "Ask again after the pause in `Retry-After`; a POST with the same `Idempotency-Key`.",
    helper: "time",
  },
  "directory-full": {
    happened: "The directory holds as many objects as it may. Nothing was made.",
    todo: "Nothing that you could do. The operators have been told, and only they can make room.",
    helper: "operators",
  },
};

export const helperSentences: Readonly<Record<Helper, string>> = {
  caller: "You, or whoever wrote the program that called.",
  operators: "The operators of this service. Tell them the `instance` of your problem.",
  time: "Time: it passes by itself. If it stays for long, tell the operators the `instance` of your problem.",
};
