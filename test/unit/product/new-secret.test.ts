import { expect, test } from "vitest";
import { answerWithSecret } from "../../../functions/http/credentials/new-secret.ts";
import { CredentialKind } from "../../../shared/clients/credential.ts";
import type { CredentialRules } from "../../../shared/clients/credential-rules.ts";
import { memoryTokenEndpoint } from "../../doubles/memory-token-endpoint.ts";
import { later, NOON, newId } from "../../support/samples.ts";

/** What people are told of a secret that was made for them (`SECRETS`). */

const secret = {
  ...{ appId: newId(), keyId: newId(), displayName: "Production", hint: "aB3" },
  ...{ createdAt: NOON, expiresAt: later(1), secretText: "aB3-the-rest" },
};

async function noticeWith(rules: Partial<CredentialRules>): Promise<string> {
  const all = CredentialKind.options;
  const deps = {
    credentialRules: { directory: all, setting: all, secrets: "discouraged" as const, ...rules },
    tokenEndpoint: memoryTokenEndpoint(),
    runtime: { now: () => NOON, pause: async () => {} },
  };
  return (await answerWithSecret(deps, secret, { at: NOON })).value.body.notice;
}

test("discouraged secrets come with what is better, of what may be had", async () => {
  expect(await noticeWith({})).toMatch(
    /^Copy the value now: .* Secrets are discouraged here: .* a certificate or a federated credential instead\.$/,
  );
  expect(await noticeWith({ setting: ["secret", "certificate"] })).toMatch(
    /let it use a certificate instead\.$/,
  );
});

test("nobody is told of what cannot be had, or of secrets that are welcome", async () => {
  for (const rules of [{ directory: ["secret"] as const }, { secrets: "allowed" as const }])
    expect(await noticeWith(rules)).not.toContain("discouraged");
});
