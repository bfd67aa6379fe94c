/**
 * Every problem a caller can meet: the last part of its `type`, its status and its title. docs/problems.md and the OpenAPI
 * document are generated from this list.
 */
export const problemTypes = {
  "invalid-request": { status: 400, title: "The request is not valid" },
  unauthenticated: { status: 401, title: "A valid access token is needed" },
  "missing-scope": { status: 403, title: "The access token lacks a scope" },
  "missing-role": { status: 403, title: "The access token lacks a role" },
  "application-not-allowed": {
    status: 403,
    title: "The access token was issued to an application that may not call here",
  },
  "user-flow-not-allowed": {
    status: 403,
    title: "The access token comes from a user flow that is not taken here",
  },
  "no-subscription": { status: 403, title: "The access token names no subscription" },
  "subscription-blocked": { status: 403, title: "The subscription may make no more clients" },
  "not-found": { status: 404, title: "There is no such client" },
  "no-such-client": { status: 404, title: "No client of any subscription has this client id" },
  "no-such-route": { status: 404, title: "There is nothing at this address" },
  "secret-not-found": { status: 404, title: "The client has no such secret" },
  "operation-not-found": { status: 404, title: "No such operation waits for an operator" },
  "consent-not-found": { status: 404, title: "There is no such consent" },
  "client-gone": { status: 410, title: "The directory no longer keeps the deleted client" },
  "method-not-allowed": { status: 405, title: "This address does not take this method" },
  "consent-already-decided": { status: 409, title: "The consent has been decided" },
  "consent-not-granted": { status: 409, title: "The consent is not granted" },
  "revoke-not-enabled": { status: 409, title: "Revoking from here is switched off" },
  "grant-not-enabled": { status: 409, title: "Granting from here is switched off" },
  "client-limit-reached": { status: 409, title: "The subscription has as many clients as it may" },
  "deleted-limit-reached": {
    status: 409,
    title: "The directory still keeps as many deleted clients of the subscription as it may",
  },
  "client-busy": { status: 409, title: "Another change of this client is under way" },
  "no-verified-email": { status: 409, title: "The access token proves no mail address" },
  "mail-not-set-up": { status: 409, title: "This service sends no mail" },
  "client-suspended": { status: 409, title: "The client has been stopped" },
  "not-offboarding": { status: 409, title: "The subscription is not being offboarded" },
  "stopped-by-operator": { status: 409, title: "An operator has stopped the client" },
  "subscription-suspended": { status: 409, title: "The whole subscription has been stopped" },
  "request-in-progress": { status: 409, title: "The first request with this key is under way" },
  "last-secret": { status: 409, title: "It is the last secret of the client that works" },
  "secret-limit-reached": { status: 409, title: "The client has as many secrets as it may" },
  "client-not-managed": {
    status: 409,
    title: "The directory does not let this service change the client",
  },
  "secret-value-already-returned": {
    status: 409,
    title: "The secret was made, and its value was shown, by an earlier request",
  },
  "length-required": { status: 411, title: "The length of the request body must be told" },
  "precondition-failed": { status: 412, title: "The client has changed since it was read" },
  "consent-changed": { status: 412, title: "The consent has changed since it was shown" },
  "body-too-large": { status: 413, title: "The request body is too large" },
  "unsupported-media-type": {
    status: 415,
    title: "The request body must be JSON, as it is or in gzip",
  },
  "idempotency-key-reused": { status: 422, title: "The key belongs to another request" },
  "secret-forbidden-by-policy": {
    status: 422,
    title: "The directory's policy forbids this secret",
  },
  "name-not-allowed": { status: 422, title: "The directory does not allow this name" },
  "forbidden-by-policy": { status: 422, title: "The directory's policy forbids this client" },
  "share-used-up": {
    status: 429,
    title: "What is left of the directory's writes is kept for other customers",
  },
  "too-many-requests": { status: 429, title: "The subscription asks too often" },
  "rate-limited": { status: 429, title: "The subscription changes things too often" },
  "directory-throttled": { status: 429, title: "The directory asks for a pause" },
  "internal-error": { status: 500, title: "Something went wrong here" },
  "directory-refused": { status: 502, title: "The directory refuses this for good" },
  unavailable: { status: 503, title: "A service this one needs is away" },
  "directory-full": { status: 507, title: "The directory holds as many objects as it may" },
} as const satisfies Record<string, { status: number; title: string }>;

export type ProblemType = keyof typeof problemTypes;
