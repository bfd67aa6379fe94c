import { describe, expect, test } from "vitest";
import { readSettings } from "../../../shared/settings/settings.ts";
import { GUID, least, problemsOf, without } from "../../support/least-settings.ts";

describe("settings", () => {
  test("have defaults for all that can have one", () => {
    const settings = readSettings(least);

    expect(settings).toMatchObject({
      clientSignInAudience: "AzureADandPersonalMicrosoftAccount",
      consent: { slaMs: 86_400_000 },
      limits: { maxClients: 10, secretMaxLifetimeDays: 365 },
      subscriptionClaim: "extension_subscriptionId",
      operatorRole: "Consent.Approve",
      tokenRules: { operatorScope: "access_as_operator", operatorApps: [], customerPolicies: [] },
      customers: {
        metadataUrl: "https://contoso.b2clogin.com/v2.0/.well-known/openid-configuration",
      },
    });
    expect(Object.isFrozen(settings)).toBe(true);
  });

  test("that are missing or wrong are named all at once, with what to do", () => {
    const problems = problemsOf({
      ...without("RESOURCE_SCOPE", "DIRECTORY_CLIENT_SECRET"),
      RESOURCE_APP_ID: "not-a-guid",
      CONSENT_SLA: "soon",
      MAX_CLIENTS_PER_SUBSCRIPTION: "0",
      GRAPH_BASE_URL: "http://graph.example",
    });

    const names = problems.map((problem) => problem.split(" ")[0]);
    expect(names).toEqual(
      expect.arrayContaining([
        "RESOURCE_SCOPE",
        "DIRECTORY_CLIENT_SECRET",
        "RESOURCE_APP_ID",
        "CONSENT_SLA",
        "MAX_CLIENTS_PER_SUBSCRIPTION",
        "GRAPH_BASE_URL",
      ]),
    );
    expect(names).toHaveLength(6);
  });

  test("that are empty count as not set", () => {
    expect(readSettings({ ...least, SUBSCRIPTION_CLAIM: "" }).subscriptionClaim).toBe(
      "extension_subscriptionId",
    );
    expect(readSettings({ ...least, CONSENT_SLA: " " }).consent.slaMs).toBe(86_400_000);
    expect(problemsOf({ ...least, RESOURCE_SCOPE: "" })).toEqual([
      expect.stringMatching(/^RESOURCE_SCOPE is missing: /),
    ]);
  });

  test("of the service's own API are all there, or none is", () => {
    const keys = {
      KEYS_APP_ID: "22222222-2222-3333-4444-555555555555",
      KEYS_ROTATE_ROLE_ID: GUID,
      KEYS_SCOPE: "https://contoso.onmicrosoft.com/latchkey-keys/.default",
    };
    const { KEYS_SCOPE: _, ...two } = keys;

    const settings = readSettings({ ...least, ...keys });
    expect(settings.roleApis.map(({ appId }) => appId)).toEqual([GUID, keys.KEYS_APP_ID]);
    expect(settings.clients).toMatchObject({
      issuer: least["CUSTOMER_ISSUER"],
      audience: keys.KEYS_APP_ID,
    });
    expect(readSettings(least)).toMatchObject({ roleApis: [{ appId: GUID }] });
    expect(readSettings(least).clients).toBeUndefined();
    expect(problemsOf({ ...least, ...two })).toEqual([
      "KEYS_SCOPE is missing: KEYS_APP_ID and KEYS_ROTATE_ROLE_ID are set",
    ]);
  });

  test("never show a value when they are wrong", () => {
    const secret = "whsec_too-short";

    const problems = problemsOf({ ...least, ALERT_WEBHOOK_SECRET: secret });

    expect(problems).toHaveLength(1);
    expect(problems.join()).not.toContain(secret);
  });

  test.each([
    ["secret", "DIRECTORY_CLIENT_SECRET"],
    ["certificate", "DIRECTORY_CLIENT_CERTIFICATE"],
    ["federated", "MANAGED_IDENTITY_CLIENT_ID"],
  ])("with the credential %s need %s", (credential, needed) => {
    const env = { ...without("DIRECTORY_CLIENT_SECRET"), DIRECTORY_CREDENTIAL: credential };

    expect(problemsOf(env)).toEqual([expect.stringContaining(`${needed} is missing`)]);
  });

  test.each([
    ["records", "RecordsConnection", "RecordsConnection__tableServiceUri", "https://t.example"],
    ["bus", "ServiceBusConnection", "ServiceBusConnection__fullyQualifiedNamespace", "b.example"],
  ] as const)(
    "connect the %s by string or by identity, and the string wins",
    (at, plain, prefix, endpoint) => {
      const byIdentity = readSettings({ ...without(plain), [prefix]: endpoint });
      const both = readSettings({ ...least, [prefix]: endpoint });

      expect(byIdentity[at]).toMatchObject({ kind: "identity", endpoint });
      expect(both[at].kind).toBe("connectionString");
      expect(problemsOf(without(plain))).toEqual([expect.stringContaining(`${plain} is missing`)]);
    },
  );

  test("that are GUIDs are compared as tokens and lists have them, in lower case", () => {
    const capital = "ABCDEF11-2222-3333-4444-555555555555";
    const settings = readSettings({
      ...least,
      ...{ RESOURCE_APP_ID: capital, APP_READ_ROLE_ID: capital, CUSTOMER_AUDIENCE: capital },
      OPERATOR_AUDIENCE: "https://Contoso.example/Operators",
    });
    expect(settings).toMatchObject({
      resource: { appId: capital.toLowerCase(), roleIds: { "api.read": capital.toLowerCase() } },
      customers: { audience: capital.toLowerCase() },
      operators: { audience: "https://Contoso.example/Operators" },
    });
  });

  test("name at least one channel for alerts", () => {
    const none = without("ALERT_WEBHOOK_URL", "ALERT_WEBHOOK_SECRET");
    expect(problemsOf(none)).toHaveLength(1);
    for (const nobody of [" ", ","])
      expect(problemsOf({ ...none, ALERT_EMAIL_TO: nobody })).toEqual(problemsOf(none));
  });
});

describe("who may call as an operator", () => {
  const portal = {
    PORTAL_OPERATOR_CLIENT_ID: GUID.replaceAll("1", "A"),
    PORTAL_OPERATOR_AUTHORITY: "https://login.example/tenant",
    PORTAL_OPERATOR_SCOPES: "x/.default",
  };
  const clientsOf = (env: Readonly<Record<string, string>>) =>
    readSettings({ ...least, ...env }).tokenRules.operatorClients;

  test("is whoever comes through the applications that are named, else through the page of our own", () => {
    expect(
      clientsOf({ ...portal, OPERATOR_CLIENTS: `${GUID}, ${GUID.replaceAll("5", "B")}` }),
    ).toEqual([GUID, GUID.replaceAll("5", "b")]);
    expect(clientsOf(portal)).toEqual([GUID.replaceAll("1", "a")]);
    expect(clientsOf({})).toEqual([]);
    expect(problemsOf({ ...least, OPERATOR_APPS: "everybody" })).toHaveLength(1);
  });
});

describe("a deployment that was made before there was such a setting", () => {
  const lacking = (env: Readonly<Record<string, string>>) =>
    readSettings({ ...least, ...env }).lacking.map((sentence) => sentence.split(" ")[0]);

  test.each([
    ["no application is named", {}, ["OPERATOR_CLIENTS"]],
    [
      "no user flow is named, though there are some",
      {
        OPERATOR_CLIENTS: GUID,
        CUSTOMER_METADATA_URL: "https://c.b2clogin.com/c.onmicrosoft.com/b2c_1_signin/v2.0/x",
      },
      ["CUSTOMER_POLICIES"],
    ],
    [
      "all is named",
      {
        OPERATOR_CLIENTS: GUID,
        CUSTOMER_POLICIES: "B2C_1_signin",
        TOKEN_ENDPOINT: "https://c.b2clogin.com/c.onmicrosoft.com/oauth2/v2.0/token?p=B2C_1_x",
      },
      [],
    ],
    ["there are no user flows", { OPERATOR_CLIENTS: GUID }, []],
  ])("starts, and says what it goes without: %s", (_, env, missing) => {
    expect(lacking(env)).toEqual(missing);
  });
});

describe("settings of credentials", () => {
  const entra = {
    ...least,
    TOKEN_ENDPOINT: `https://login.microsoftonline.com/${GUID}/oauth2/v2.0/token`,
  };

  test("let clients have what the token endpoint takes", () => {
    expect(readSettings(least).credentials.rules).toEqual({
      directory: ["secret"],
      setting: ["secret", "certificate", "federated"],
      secrets: "allowed",
    });
    expect(readSettings(entra).credentials).toMatchObject({
      rules: { directory: ["secret", "certificate", "federated"] },
      certificateMaxLifetimeMs: 366 * 86_400_000,
    });
  });

  test.each([
    ["a policy endpoint without secrets", { ...least, SECRETS: "forbidden" }],
    ["a policy endpoint with certificates only", { ...least, CLIENT_CREDENTIALS: "certificate" }],
    ["forbidden secrets only", { ...entra, CLIENT_CREDENTIALS: "secret", SECRETS: "forbidden" }],
    ["an unknown kind", { ...entra, CLIENT_CREDENTIALS: "secret,password" }],
    ["no kind", { ...entra, CLIENT_CREDENTIALS: "," }],
  ])("that leave clients no credential are refused: %s", (_, env) => {
    expect(problemsOf(env)).toEqual([expect.stringMatching(/^CLIENT_CREDENTIALS is wrong: /)]);
  });
});
