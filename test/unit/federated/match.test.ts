import { expect, it } from "vitest";
import type { FederatedCredential } from "../../../shared/clients/credential.ts";
import { compareTrust } from "../../../shared/clients/federated/match.ts";

const issuer = "https://token.actions.githubusercontent.com";
const audience = "api://AzureADTokenExchange";
const trust = (id: string, subject: string, of: Partial<FederatedCredential> = {}) => ({
  ...{ id, displayName: id, issuer, subject, audience },
  ...of,
});
const main = trust("main", "repo:Octo-Org/octo-repo:ref:refs/heads/main");
const production = trust("production", "repo:Octo-Org/octo-repo:environment:Production");
const claims = { iss: issuer, sub: main.subject, aud: audience };

it("takes a token of the very issuer, subject and audience", () => {
  const [first, second] = compareTrust([production, main], claims);
  expect(first).toEqual({ credential: main, differs: [] });
  expect(second).toEqual({
    credential: production,
    differs: [{ part: "subject", expected: production.subject, presented: main.subject }],
  });
});

it("takes a token with several audiences for any of them", () => {
  const [first] = compareTrust([main], { ...claims, aud: ["https://github.com/x", audience] });
  expect(first?.differs).toEqual([]);
});

it.each([
  ["case", "subject", { ...claims, sub: main.subject.toLowerCase() }],
  ["closing-slash", "issuer", { ...claims, iss: `${issuer}/` }],
  ["closing-slash", "issuer", { ...claims, iss: `${issuer}//` }],
  ["blanks", "issuer", { ...claims, iss: ` ${issuer}` }],
  ["case", "audience", { ...claims, aud: audience.toLowerCase() }],
  ["case", "audience", { ...claims, aud: ["https://github.com/x", audience.toLowerCase()] }],
] as const)(
  "takes no token that is other by %s, and says that it is only that",
  (only, part, presented) => {
    const [first] = compareTrust([main], presented);
    expect(first?.differs).toMatchObject([{ part, only }]);
  },
);

it("names every part that differs, and the nearest credential first", () => {
  const compared = compareTrust([main, production], {
    iss: "https://gitlab.com",
    sub: production.subject.toLowerCase(),
    aud: ["a", "b"],
  });
  expect(compared.map(({ credential }) => credential.id)).toEqual(["production", "main"]);
  expect(compared[0]?.differs).toEqual([
    { part: "issuer", expected: issuer, presented: "https://gitlab.com" },
    {
      ...{ part: "subject", expected: production.subject, only: "case" },
      presented: production.subject.toLowerCase(),
    },
    { part: "audience", expected: audience, presented: "a b" },
  ]);
});

it("takes no longer for a token of nothing but slashes than for another of its length", () => {
  const slashes = `${"/".repeat(100_000)}x`;
  const began = performance.now();

  const [first] = compareTrust([main], { iss: slashes, sub: slashes, aud: slashes });

  expect(first?.differs.map(({ only }) => only)).toEqual([undefined, undefined, undefined]);
  // Looked at from each slash to the last, these took half a minute, and what a request may hold of them most of a second.
  expect(performance.now() - began).toBeLessThan(2_000);
});
