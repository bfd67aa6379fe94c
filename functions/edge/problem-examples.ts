import type { ConsentItemShape } from "../http/admin/admin-shapes.ts";
import type { ProblemType } from "./problem-types.ts";
import type { Refusal } from "./refusal.ts";
import type { Shaped } from "./shape.ts";

const keyId = "8d1f6c0a-52c4-4f1b-9e77-2f0f5b1c6a3d";
const day = (text: string) => new Date(`${text}T12:00:00.000Z`);

const federated = {
  id: "5b3f7a62-0d1e-4c88-9a53-1c0e9f6d2b47",
  displayName: "github-main",
  issuer: "https://token.actions.githubusercontent.com",
  subject: "repo:octo-org/octo-repo:ref:refs/heads/main",
  audience: "api://AzureADTokenExchange",
};
const clientId = "3f0c1c9e-4b1d-4e0a-9a53-6f5d1f0b7c11";
const consent: Shaped<typeof ConsentItemShape> = {
  clientId,
  appId: "b1d7f0a4-6a2e-4d59-8f0e-51c6f4a3b9d2",
  displayName: "Nightly import",
  subscription: "contoso",
  roles: [{ value: "api.write", description: "Change data", risk: "high" }],
  requestedBy: "Ann Arbor",
  customer: { clients: 1, pending: 0, granted: 1, rejected: 0, revoked: 0 },
  grantUrl: "https://portal.azure.com/",
  automaticGrant: false,
  consent: {
    state: "rejected",
    requestedAt: "2026-11-02T09:30:00.000Z",
    dueAt: "2026-11-03T09:30:00.000Z",
    slaHours: 24,
    remindersSent: 0,
    decidedAt: "2026-11-02T10:00:00.000Z",
    reason: "Ask for api.read only",
    message: "An administrator has rejected this client: Ask for api.read only",
  },
  revision: "2",
};

/**
 * One example of everything a caller can be refused with; the type says when one is missing. The OpenAPI document and the
 * problem pages show what the API would answer.
 */
export const refusalExamples: {
  readonly [Type in ProblemType]: Extract<Refusal, { reason: Type }>;
} = {
  "invalid-request": {
    reason: "invalid-request",
    errors: [{ field: "/displayName", message: "must not be empty" }],
  },
  unauthenticated: { reason: "unauthenticated", presented: true },
  "missing-scope": { reason: "missing-scope", scope: "clients.write" },
  "missing-role": { reason: "missing-role", role: "Consent.Approve" },
  "application-not-allowed": { reason: "application-not-allowed" },
  "user-flow-not-allowed": { reason: "user-flow-not-allowed" },
  "no-subscription": { reason: "no-subscription", claim: "extension_subscriptionId" },
  "not-found": { reason: "not-found" },
  "subscription-blocked": { reason: "subscription-blocked", because: "Not paid" },
  "no-verified-email": { reason: "no-verified-email" },
  "mail-not-set-up": { reason: "mail-not-set-up" },
  "client-suspended": { reason: "client-suspended", because: "A leaked secret" },
  "client-gone": { reason: "client-gone" },
  "not-offboarding": { reason: "not-offboarding" },
  "stopped-by-operator": { reason: "stopped-by-operator", because: "A leaked secret" },
  "subscription-suspended": { reason: "subscription-suspended", because: "Not paid" },
  "no-such-client": { reason: "no-such-client", maxAgeSeconds: 5 },
  "no-such-route": { reason: "no-such-route" },
  "method-not-allowed": { reason: "method-not-allowed", allowed: ["GET", "HEAD", "DELETE"] },
  "secret-not-found": { reason: "secret-not-found" },
  "certificate-not-found": { reason: "certificate-not-found" },
  "certificate-held": { reason: "certificate-held", keyId },
  "certificate-limit-reached": { reason: "certificate-limit-reached" },
  "certificate-forbidden-by-policy": {
    reason: "certificate-forbidden-by-policy",
    longestDays: 90,
  },
  "consent-not-found": { reason: "consent-not-found" },
  "consent-already-decided": { reason: "consent-already-decided", state: "granted" },
  "consent-not-granted": { reason: "consent-not-granted", state: "pending" },
  "revoke-not-enabled": { reason: "revoke-not-enabled" },
  "grant-not-enabled": { reason: "grant-not-enabled" },
  "client-limit-reached": { reason: "client-limit-reached", limit: 10 },
  "client-busy": { reason: "client-busy", retryAfterSeconds: 3 },
  "request-in-progress": { reason: "request-in-progress", retryAfterSeconds: 3 },
  "secret-limit-reached": {
    reason: "secret-limit-reached",
    limit: 2,
    secrets: [
      {
        keyId,
        displayName: "Production",
        hint: "aB3",
        createdAt: day("2026-01-10"),
        expiresAt: day("2027-01-10"),
      },
    ],
  },
  "last-secret": { reason: "last-secret" },
  "secret-value-already-returned": { reason: "secret-value-already-returned", keyId },
  "precondition-failed": { reason: "precondition-failed", etag: `"${keyId}.2"` },
  "consent-changed": { reason: "consent-changed", etag: `"${clientId}.2"`, consent },
  "length-required": { reason: "length-required" },
  "body-too-large": { reason: "body-too-large", limitBytes: 16_384 },
  "unsupported-media-type": { reason: "unsupported-media-type" },
  "idempotency-key-reused": { reason: "idempotency-key-reused" },
  "secret-forbidden-by-policy": { reason: "secret-forbidden-by-policy", longestDays: 90 },
  "webhook-not-found": { reason: "webhook-not-found" },
  "webhooks-not-enabled": { reason: "webhooks-not-enabled" },
  "webhook-tested-often": { reason: "webhook-tested-often", retryAfterSeconds: 3 },
  "operation-not-found": { reason: "operation-not-found" },
  "client-not-managed": { reason: "client-not-managed" },
  "credential-kind-not-allowed": {
    reason: "credential-kind-not-allowed",
    kind: "certificate",
    allowed: ["secret"],
    why: "directory",
  },
  "federated-not-found": { reason: "federated-not-found" },
  "federated-exists": { reason: "federated-exists", alike: "trust", credential: federated },
  "federated-limit-reached": {
    reason: "federated-limit-reached",
    limit: 20,
    credentials: [federated],
  },
  "federated-not-allowed": { reason: "federated-not-allowed" },
  "name-not-allowed": { reason: "name-not-allowed" },
  "forbidden-by-policy": { reason: "forbidden-by-policy" },
  "directory-refused": { reason: "directory-refused" },
  "directory-full": { reason: "directory-full" },
  "deleted-limit-reached": {
    reason: "deleted-limit-reached",
    limit: 100,
    retryAfterSeconds: 3,
  },
  "share-used-up": { reason: "share-used-up", limit: 60, retryAfterSeconds: 3 },
  "too-many-requests": { reason: "too-many-requests", limit: 300, retryAfterSeconds: 3 },
  "rate-limited": { reason: "rate-limited", limit: 30, retryAfterSeconds: 3 },
  "directory-throttled": { reason: "directory-throttled", retryAfterSeconds: 3 },
  "internal-error": { reason: "internal-error" },
  unavailable: { reason: "unavailable", untouched: true, retryAfterSeconds: 3 },
};
