import { expect, test } from "vitest";
import { NO_STATEMENT, oauthError } from "../../../functions/edge/oauth-error.ts";
import type { Refusal } from "../../../functions/edge/refusal.ts";

/** Refusals as OAuth writes errors, for tools that know nothing else. */

const wrong = (field: string, message = "is wrong"): Refusal => ({
  reason: "invalid-request",
  errors: [{ field, message }],
});

test.each<[string, Refusal, number, string]>([
  ["a member of the metadata", wrong("/client_name"), 400, "invalid_client_metadata"],
  ["a name that is not allowed", { reason: "name-not-allowed" }, 400, "invalid_client_metadata"],
  ["an address to be sent back to", wrong("/redirect_uris/0"), 400, "invalid_redirect_uri"],
  [
    "what is no statement",
    wrong("/software_statement", NO_STATEMENT),
    400,
    "invalid_software_statement",
  ],
  ["a statement nobody knows", wrong("/software_statement"), 400, "unapproved_software_statement"],
  ["a header", wrong("header.Idempotency-Key"), 400, "invalid_request"],
  ["a parameter", wrong("query.limit"), 400, "invalid_request"],
  ["a client's own id", wrong("/client_id"), 400, "invalid_request"],
  ["a name that begins like one", wrong("/client_id_more"), 400, "invalid_client_metadata"],
  ["a body without a length", { reason: "length-required" }, 411, "invalid_request"],
  ["a body too large", { reason: "body-too-large", limitBytes: 9 }, 413, "invalid_request"],
  ["a body of another type", { reason: "unsupported-media-type" }, 415, "invalid_request"],
  ["a key that was used", { reason: "idempotency-key-reused" }, 422, "invalid_request"],
  ["a token without the scope", { reason: "missing-scope", scope: "s" }, 403, "insufficient_scope"],
  ["no token", { reason: "unauthenticated", presented: true }, 401, "invalid_token"],
  ["a limit", { reason: "client-limit-reached", limit: 10 }, 409, "access_denied"],
  ["a fault of ours", { reason: "internal-error" }, 500, "server_error"],
  [
    "an outage",
    { reason: "unavailable", untouched: true, retryAfterSeconds: 3 },
    503,
    "temporarily_unavailable",
  ],
])("%s", (_, refusal, status, error) => {
  const answer = oauthError(refusal, "urn:uuid:1");
  const told = error === "invalid_request" && status === 422 ? 400 : status;
  expect(answer.status).toBe(told);
  expect(answer.headers).toMatchObject({ "content-type": "application/json", pragma: "no-cache" });
  expect(answer.body).toMatchObject({
    ...{ error, status: told, instance: "urn:uuid:1" },
    error_description: expect.stringMatching(/^[\x20-\x21\x23-\x5b\x5d-\x7e]+$/),
    type: expect.stringMatching(/^\/problems\//),
  });
});

test("what is quoted in it is ASCII, without quotes and backslashes", () => {
  const { body } = oauthError(wrong("/client_name", 'is "Zoë\\"'), "urn:uuid:1");
  expect(body).toMatchObject({ error_description: expect.stringContaining("is 'Zo?/'") });
});
