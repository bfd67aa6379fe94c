import { describe, expect, test } from "vitest";
import * as z from "zod";
import { problem } from "../../../functions/edge/problem.ts";
import { refusalExamples } from "../../../functions/edge/problem-examples.ts";
import { problemMembers } from "../../../functions/edge/problem-members.ts";
import { problemTypes } from "../../../functions/edge/problem-types.ts";

const Problem = z.strictObject({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  instance: z.string(),
});

describe.each(Object.values(refusalExamples))("the problem $reason", (refusal) => {
  const reply = problem(refusal, "urn:uuid:1");

  test("is a problem document with its own status, title and type", () => {
    const { status, title } = problemTypes[refusal.reason];

    expect(reply.status).toBe(status);
    expect(reply.headers?.["content-type"]).toBe("application/problem+json");
    const own = Object.entries(problemMembers).find(([type]) => type === refusal.reason)?.[1];
    expect(Problem.extend(own?.shape ?? {}).parse(reply.body)).toMatchObject({
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
    problem(refusalExamples[reason], "").headers?.["www-authenticate"];

  expect(challenge("unauthenticated")).toBe('Bearer error="invalid_token"');
  expect(challenge("missing-scope")).toBe(
    'Bearer error="insufficient_scope", scope="clients.write"',
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
