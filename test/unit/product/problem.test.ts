import { describe, expect, test } from "vitest";
import { problem } from "../../../functions/edge/problem.ts";
import { type ProblemType, problemTypes } from "../../../functions/edge/problem-types.ts";
import type { Refusal } from "../../../functions/edge/refusal.ts";
import { showCase } from "../../../functions/http/admin-shapes.ts";
import { Problem } from "../../../functions/http/openapi.ts";
import { openCase } from "../../../shared/consent/consent-case.ts";
import { ALONE, aRecord, NOON, newId, ROLE_MEANINGS } from "../../support/samples.ts";

const keyId = newId();
const secret = { keyId, displayName: "A", hint: "abc", createdAt: NOON, expiresAt: NOON };

/** One example of everything a caller can be refused with; the type says when one is missing. */
const refusals: { readonly [Type in ProblemType]: Extract<Refusal, { reason: Type }> } = {
  "invalid-request": {
    reason: "invalid-request",
    errors: [{ field: "/displayName", message: "must not be empty" }],
  },
  unauthenticated: { reason: "unauthenticated", presented: true },
  "missing-scope": { reason: "missing-scope", scope: "clients.read" },
  "missing-role": { reason: "missing-role", role: "Consent.Approve" },
  "application-not-allowed": { reason: "application-not-allowed" },
  "user-flow-not-allowed": { reason: "user-flow-not-allowed" },
  "no-subscription": { reason: "no-subscription", claim: "extension_subscriptionId" },
  "not-found": { reason: "not-found" },
  "no-such-route": { reason: "no-such-route" },
  "method-not-allowed": { reason: "method-not-allowed", allowed: ["GET", "DELETE"] },
  "secret-not-found": { reason: "secret-not-found" },
  "consent-not-found": { reason: "consent-not-found" },
  "consent-already-decided": { reason: "consent-already-decided", state: "granted" },
  "grant-not-enabled": { reason: "grant-not-enabled" },
  "client-limit-reached": { reason: "client-limit-reached", limit: 10 },
  "client-busy": { reason: "client-busy", retryAfterSeconds: 3 },
  "request-in-progress": { reason: "request-in-progress", retryAfterSeconds: 3 },
  "secret-limit-reached": { reason: "secret-limit-reached", limit: 2, secrets: [secret] },
  "secret-value-already-returned": { reason: "secret-value-already-returned", keyId },
  "precondition-failed": { reason: "precondition-failed", etag: '"x.2"' },
  "length-required": { reason: "length-required" },
  "consent-changed": {
    reason: "consent-changed",
    etag: '"x.2"',
    consent: showCase({ ...openCase(aRecord(), "Ann"), customer: ALONE }, {
      roleMeanings: ROLE_MEANINGS,
      grantUrl: () => "https://directory.example/grant",
      automaticGrant: false,
    }),
  },
  "body-too-large": { reason: "body-too-large", limitBytes: 16_384 },
  "unsupported-media-type": { reason: "unsupported-media-type" },
  "idempotency-key-reused": { reason: "idempotency-key-reused" },
  "secret-forbidden-by-policy": { reason: "secret-forbidden-by-policy", policy: "lifetime" },
  "operation-not-found": { reason: "operation-not-found" },
  "client-not-managed": { reason: "client-not-managed" },
  "name-not-allowed": { reason: "name-not-allowed" },
  "forbidden-by-policy": { reason: "forbidden-by-policy" },
  "directory-refused": { reason: "directory-refused" },
  "directory-full": { reason: "directory-full" },
  "rate-limited": { reason: "rate-limited", limit: 30, retryAfterSeconds: 3 },
  "directory-throttled": { reason: "directory-throttled", retryAfterSeconds: 3 },
  "internal-error": { reason: "internal-error" },
  unavailable: { reason: "unavailable", untouched: true, retryAfterSeconds: 3 },
};

describe.each(Object.values(refusals))("the problem $reason", (refusal) => {
  const reply = problem(refusal, "urn:uuid:1");

  test("is a problem document with its own status, title and type", () => {
    const { status, title } = problemTypes[refusal.reason];

    expect(reply.status).toBe(status);
    expect(reply.headers?.["content-type"]).toBe("application/problem+json");
    expect(Problem.strict().parse(reply.body)).toMatchObject({
      type: `/problems/${refusal.reason}`,
      title,
      status,
      instance: "urn:uuid:1",
      detail: expect.stringMatching(/^.{10,}\.$|^\/displayName must not be empty$/),
    });
  });

  test("says when to come back exactly when coming back helps", () => {
    const waits = "retryAfterSeconds" in refusal;

    expect(reply.headers?.["retry-after"]).toBe(waits ? "3" : undefined);
    if (reply.status === 429 || reply.status === 503) expect(waits).toBe(true);
  });
});

test("a token that is refused is told how to be a better one", () => {
  const challenge = (reason: "unauthenticated" | "missing-scope") =>
    problem(refusals[reason], "").headers?.["www-authenticate"];

  expect(challenge("unauthenticated")).toBe('Bearer error="invalid_token"');
  expect(challenge("missing-scope")).toBe(
    'Bearer error="insufficient_scope", scope="clients.read"',
  );
});

test("who sent no token is told the scheme, and of no error (RFC 6750, 3.1)", () => {
  const { headers } = problem({ reason: "unauthenticated", presented: false }, "");

  expect(headers?.["www-authenticate"]).toBe("Bearer");
});

test("an outage says whether anything was done", () => {
  const detail = (untouched: boolean) =>
    Problem.parse(problem({ reason: "unavailable", untouched, retryAfterSeconds: 1 }, "").body)
      .detail;

  expect(detail(true)).toContain("Nothing was changed");
  expect(detail(false)).toContain("may still be finished");
});
