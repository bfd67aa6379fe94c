import { describe, expect, test } from "vitest";
import { checkPolicies } from "../../../infra/tools/tenant/check-policies.ts";
import { type Graph, GraphFailure } from "../../../infra/tools/tenant/graph.ts";
import { readPolicies } from "../../../infra/tools/tenant/policies.ts";

/** In the shapes of the Microsoft Graph reference (v1.0, tenantAppManagementPolicy and appManagementPolicy). */

const ENTRA = "https://login.microsoftonline.com/00000000/oauth2/v2.0/token";
const B2C = "https://contoso.b2clogin.com/contoso.onmicrosoft.com/B2C_1_signin/oauth2/v2.0/token";
const rule = (restrictionType: string, more: object = {}) => ({ restrictionType, ...more });

function graphOf(answers: Readonly<Record<string, unknown>>): Graph {
  const answer = async (path: string): Promise<unknown> => {
    if (path in answers) return answers[path];
    throw new GraphFailure(path, 403, "Authorization_RequestDenied", "Insufficient privileges");
  };
  return {
    get: answer,
    find: answer,
    list: async (path) => [(await answer(path.replace(/\?.*/, ""))) ?? []].flat(),
    write: () => Promise.reject(new Error("A check changes nothing")),
    writes: () => 0,
  };
}

const DEFAULT = "/policies/defaultAppManagementPolicy";
const OWN = "/policies/appManagementPolicies";

async function faults(
  restrictions: object,
  named: Readonly<Record<string, string>> = {},
  more: Readonly<Record<string, unknown>> = {},
) {
  const policies = await readPolicies(
    graphOf({
      [DEFAULT]: { isEnabled: true, applicationRestrictions: restrictions },
      [OWN]: [],
      ...more,
    }),
  );
  if (!policies) throw new Error("They can be read");
  return checkPolicies(policies, { TOKEN_ENDPOINT: ENTRA, ...named });
}
const secrets = (...passwordCredentials: object[]) => ({ passwordCredentials });
const certificates = (...keyCredentials: object[]) => ({ keyCredentials });

describe("an app management policy that forbids what is promised is a fault with what to set", () => {
  test.each<[string, object, Record<string, string>, string, RegExp, RegExp]>([
    [
      "secrets",
      secrets(rule("passwordAddition")),
      {},
      "policy-forbids-secrets",
      /forbids new secrets of clients\./,
      /SECRETS=forbidden/,
    ],
    [
      "secrets, at an endpoint that takes nothing else",
      secrets(rule("passwordAddition", { state: "enabled" })),
      { TOKEN_ENDPOINT: B2C },
      "policy-forbids-secrets",
      /forbids new secrets/,
      /takes secrets only.*excludeActors/,
    ],
    [
      "secrets this long",
      secrets(rule("passwordLifetime", { maxLifetime: "P90D" })),
      {},
      "policy-secret-lifetime",
      /live 90 days at most; 365 are promised/,
      /SECRET_MAX_LIFETIME_DAYS=90\./,
    ],
    [
      "certificates this long, of those made since",
      certificates(
        rule("asymmetricKeyLifetime", {
          maxLifetime: "P180D",
          restrictForAppsCreatedAfterDateTime: "2025-01-01T00:00:00Z",
        }),
      ),
      { CERTIFICATE_MAX_LIFETIME: "P181D" },
      "policy-certificate-lifetime",
      /of clients made since 2025-01-01 live 180 days at most; 181 are promised/,
      /CERTIFICATE_MAX_LIFETIME=P180D\./,
    ],
    [
      "self-signed certificates, with exemptions",
      certificates(rule("trustedCertificateAuthority", { excludeActors: {} })),
      {},
      "policy-certificate-authority",
      /only from authorities.*Some actors are exempt/,
      /CLIENT_CREDENTIALS/,
    ],
  ])("%s", async (_, restrictions, named, code, what, remedy) => {
    const found = await faults(restrictions, named);

    expect(found.map((fault) => fault.code)).toEqual([code]);
    expect(found[0]?.what).toMatch(what);
    expect(found[0]?.remedy).toMatch(remedy);
  });
});

test("what nobody is promised, what is off and what is long enough is none", async () => {
  const all = {
    ...secrets(rule("passwordAddition"), rule("passwordLifetime", { maxLifetime: "P1D" })),
    ...certificates(rule("asymmetricKeyLifetime", { maxLifetime: "P1D" })),
  };
  expect(await faults(all, { CLIENT_CREDENTIALS: "federated" })).toEqual([]);
  expect(await faults(secrets(rule("passwordAddition")), { SECRETS: "forbidden" })).toEqual([]);
  expect(
    await faults(certificates(rule("asymmetricKeyLifetime", { maxLifetime: "P1D" })), {
      TOKEN_ENDPOINT: B2C,
    }),
  ).toEqual([]);
  expect(await faults(secrets(rule("passwordAddition", { state: "disabled" })))).toEqual([]);
  expect(await faults(secrets(rule("passwordLifetime", { maxLifetime: "P365D" })))).toEqual([]);
  expect(
    await faults(secrets(rule("customPasswordAddition"), rule("symmetricKeyAddition"))),
  ).toEqual([]);
  const off = { isEnabled: false, applicationRestrictions: all };
  expect(await faults({}, {}, { [DEFAULT]: off })).toEqual([]);
});

test("one that clients have of their own counts for as many, and no other", async () => {
  const own = (id: string) => ({
    ...{ id, displayName: id, isEnabled: true },
    restrictions: secrets(rule("passwordAddition")),
  });
  const found = await faults(
    {},
    {},
    {
      [OWN]: [own("Ours"), own("Theirs"), { ...own("Off"), isEnabled: false }],
      "/applications": [{ id: "1" }, { id: "2" }],
      [`${OWN}/Ours/appliesTo`]: [{ id: "1" }, { id: "2" }, { id: "3" }],
      [`${OWN}/Theirs/appliesTo`]: [{ id: "3" }],
    },
  );

  expect(found.map(({ what }) => what)).toEqual([
    "The app management policy Ours forbids new secrets of 2 clients.",
  ]);
});

test("who may not read them is told so, and no fault", async () => {
  expect(await readPolicies(graphOf({}))).toBeUndefined();
});
