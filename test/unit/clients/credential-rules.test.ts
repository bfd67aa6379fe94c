import { describe, expect, test } from "vitest";
import {
  allowedKinds,
  type CredentialRules,
  forbiddenKind,
  refusedKind,
  takenBy,
} from "../../../shared/clients/credential-rules.ts";
import { addSecret } from "../../../shared/operations/credentials/add-secret.ts";
import { rotateSecret } from "../../../shared/operations/credentials/rotate-secret.ts";
import { rotationWorld } from "../../support/rotation-world.ts";

const ALL = ["secret", "certificate", "federated"] as const;
const rules = (changes: Partial<CredentialRules>): CredentialRules => ({
  directory: ALL,
  setting: ALL,
  secrets: "allowed",
  ...changes,
});

describe("which kinds of credentials clients may get", () => {
  test.each([
    "https://contoso.b2clogin.com/contoso.onmicrosoft.com/B2C_1_signin/oauth2/v2.0/token",
    "https://login.contoso.com/contoso.onmicrosoft.com/oauth2/v2.0/token?p=b2c_1a_backend",
    "https://login.contoso.com/contoso.onmicrosoft.com/B2C_1_signin/oauth2/v2.0/token",
    "http://127.0.0.1:7081/contoso.onmicrosoft.com/B2C_1A_services/oauth2/v2.0/token",
    "https://contoso.b2clogin.com/token",
  ])("a policy endpoint takes secrets only: %s", (endpoint) => {
    expect(takenBy(endpoint)).toEqual(["secret"]);
  });

  test.each([
    "https://login.microsoftonline.com/11111111-2222-3333-4444-555555555555/oauth2/v2.0/token",
    "https://contoso.ciamlogin.com/11111111-2222-3333-4444-555555555555/oauth2/v2.0/token",
    "https://contoso.b2clogin.com.example/token",
  ])("any other takes all three: %s", (endpoint) => {
    expect(takenBy(endpoint)).toEqual(ALL);
  });

  test("what a policy of the directory forbids leaves the other kinds that may be had", () => {
    expect(forbiddenKind(rules({ setting: ["secret", "federated"] }), "secret")).toEqual({
      ...{ reason: "credential-kind-not-allowed", kind: "secret" },
      ...{ allowed: ["federated"], why: "policy" },
    });
  });

  test("what refuses first is said, with what may be had instead", () => {
    const narrow = rules({ directory: ["secret", "certificate"], setting: ["certificate"] });

    expect(allowedKinds(narrow)).toEqual(["certificate"]);
    expect(refusedKind(narrow, "certificate")).toBeUndefined();
    expect(refusedKind(narrow, "federated")).toMatchObject({ why: "directory" });
    expect(refusedKind(narrow, "secret")).toEqual({
      reason: "credential-kind-not-allowed",
      kind: "secret",
      allowed: ["certificate"],
      why: "setting",
    });
  });

  test("forbidden secrets leave the other kinds to be had", () => {
    const strict = rules({ secrets: "forbidden" });

    expect(allowedKinds(strict)).toEqual(["certificate", "federated"]);
    expect(refusedKind(strict, "certificate")).toBeUndefined();
    expect(refusedKind(strict, "secret")).toMatchObject({ why: "setting" });
  });

  test("discouraged secrets may be had", () => {
    expect(refusedKind(rules({ secrets: "discouraged" }), "secret")).toBeUndefined();
  });
});

describe("where secrets are forbidden", () => {
  async function forbidden(changes: Partial<CredentialRules>) {
    const world = await rotationWorld();
    const keyId = await world.old();
    const strict = { ...world, credentialRules: rules(changes) };
    const added = await addSecret(strict, world.aSecret());
    const untouched = [...world.changes];
    return { added, untouched, rotated: await rotateSecret(strict, world.asked(keyId)) };
  }
  const refusal = { reason: "credential-kind-not-allowed", kind: "secret", why: "setting" };

  test("no client gets another one, and the one it lives on is rotated", async () => {
    const { added, untouched, rotated } = await forbidden({ secrets: "forbidden" });

    expect(added).toMatchObject({ ok: false, refusal });
    expect(untouched).toEqual([]);
    expect(rotated.ok).toBe(true);
  });

  test("because their kind is not taken, they are not rotated either", async () => {
    const { added, rotated } = await forbidden({ setting: ["certificate"] });

    for (const answer of [added, rotated]) expect(answer).toMatchObject({ ok: false, refusal });
  });
});
