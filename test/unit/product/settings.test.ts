import { describe, expect, test } from "vitest";
import { readSettings, SettingsError } from "../../../shared/settings/settings.ts";

const GUID = "11111111-2222-3333-4444-555555555555";

/** The least that the service starts with. */
const least: Readonly<Record<string, string>> = {
  DIRECTORY_TENANT_ID: "contoso.onmicrosoft.com",
  DIRECTORY_CLIENT_ID: GUID,
  DIRECTORY_CREDENTIAL: "secret",
  DIRECTORY_CLIENT_SECRET: "s3cret-value",
  RESOURCE_APP_ID: GUID,
  APP_READ_ROLE_ID: GUID,
  APP_WRITE_ROLE_ID: GUID,
  TOKEN_ENDPOINT: "https://contoso.b2clogin.com/token",
  RESOURCE_SCOPE: "https://contoso.onmicrosoft.com/api/.default",
  CUSTOMER_ISSUER: "https://contoso.b2clogin.com/v2.0/",
  CUSTOMER_AUDIENCE: GUID,
  OPERATOR_ISSUER: "https://login.microsoftonline.com/contoso/v2.0",
  OPERATOR_AUDIENCE: GUID,
  RecordsConnection: "UseDevelopmentStorage=true",
  ServiceBusConnection: "Endpoint=sb://127.0.0.1",
  ALERT_WEBHOOK_URL: "https://alerts.example/hook",
  ALERT_WEBHOOK_SECRET: `whsec_${"a".repeat(32)}`,
};

const without = (...names: string[]) =>
  Object.fromEntries(Object.entries(least).filter(([name]) => !names.includes(name)));

function problemsOf(env: Readonly<Record<string, string>>): readonly string[] {
  try {
    readSettings(env);
  } catch (error) {
    if (error instanceof SettingsError) return error.problems;
    throw error;
  }
  return [];
}

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

  test.each(["WEBHOOK_SIGNING_KEY", "UNSUBSCRIBE_KEY", "DIRECTORY_CLIENT_SECRET"])(
    "are no references that the key vault did not resolve: %s",
    (name) => {
      const reference = `@Microsoft.KeyVault(SecretUri=https://kv-x.vault.azure.net/secrets/${name})`;

      expect(problemsOf({ ...least, [name]: reference })).toEqual([
        `${name} is a reference to the key vault that could not be resolved`,
      ]);
    },
  );

  test.each([
    ["secret", "DIRECTORY_CLIENT_SECRET"],
    ["certificate", "DIRECTORY_CLIENT_CERTIFICATE"],
    ["federated", "MANAGED_IDENTITY_CLIENT_ID"],
  ])("with the credential %s need %s", (credential, needed) => {
    const env = { ...without("DIRECTORY_CLIENT_SECRET"), DIRECTORY_CREDENTIAL: credential };

    expect(problemsOf(env)).toEqual([expect.stringContaining(`${needed} is missing`)]);
  });

  test("hold a certificate with its key, as PEM or in Base64, and no PKCS#12 of a key vault", () => {
    const pem = ["CERTIFICATE", "PRIVATE KEY"]
      .map((kind) => `-----BEGIN ${kind}-----\nAAAA\n-----END ${kind}-----`)
      .join("\n");
    const named = (value: string) => ({
      ...without("DIRECTORY_CLIENT_SECRET"),
      DIRECTORY_CREDENTIAL: "certificate",
      DIRECTORY_CLIENT_CERTIFICATE: value,
    });

    for (const good of [pem, Buffer.from(pem).toString("base64")])
      expect(readSettings(named(good)).directory.credential).toEqual({
        kind: "certificate",
        certificate: pem,
      });
    for (const bad of ["MIIKmwIBAzCCClcGCSqGSIb3DQEHAaCC", pem.split("\n-----BEGIN P")[0] ?? ""])
      expect(problemsOf(named(bad))).toEqual([
        "DIRECTORY_CLIENT_CERTIFICATE is wrong: must hold a certificate and its private key as PEM",
      ]);
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

  test.each([
    "TOKEN_ENDPOINT",
    "CUSTOMER_ISSUER",
    "OPERATOR_ISSUER",
    "ALERT_WEBHOOK_URL",
    "ALERT_TEAMS_URL",
  ])("refuse http for %s, except on this machine", (name) => {
    const given = (address: string) => problemsOf({ ...least, [name]: address });

    for (const address of [
      "http://login.example/v2.0",
      "http://10.0.0.1/",
      "http://localhost.example/",
      "http://127.0.0.1.example/",
      "http://0.0.0.0/",
      "ftp://127.0.0.1/",
    ])
      expect(given(address), address).toEqual([
        expect.stringMatching(`^${name} is wrong: .*https`),
      ]);
    for (const address of ["http://127.0.0.1:7081/x", "http://localhost:1/", "http://[::1]:1/"])
      expect(given(address), address).toEqual([]);
  });

  test.each([
    ["RECONCILE_SCHEDULE", "*/5 * * *"],
    ["CARE_SCHEDULE", "hourly"],
    ["SECRETS_LOOK_SCHEDULE", "00:05:00"],
    ["CONSENT_SWEEP_SCHEDULE", "every minute of the day long"],
    ["CONSENT_REVOCATION_SCHEDULE", "0 0 * * * * *"],
    ["ACTIVITY_KEPT", "P99999999D"],
    ["PUBLIC_URL", "http://keys.example"],
    ["PUBLIC_URL", "https://keys.example/?from=alert"],
    ["PUBLIC_URL", "keys.example:443"],
  ])("that would break something later are refused: %s=%s", (name, value) => {
    expect(problemsOf({ ...least, [name]: value })).toEqual([
      expect.stringMatching(`^${name} is wrong: `),
    ]);
  });

  test("of the consent clock are refused together where a stage would never come", () => {
    const hours = { CONSENT_CALENDAR: "Mon 09:00-10:00 Europe/Berlin" };
    for (const never of [
      { ...hours, CONSENT_SLA: "P30D" },
      { ...hours, CONSENT_REMINDERS: "9999%" },
      { CONSENT_REMINDERS: "P99999999D after" },
    ])
      expect(problemsOf({ ...least, ...never })).toEqual([
        expect.stringMatching(/^CONSENT_CALENDAR is wrong: /),
      ]);
    expect(problemsOf({ ...least, ...hours, CONSENT_SLA: "P2D" })).toEqual([]);
  });

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
    expect(problemsOf(without("ALERT_WEBHOOK_URL", "ALERT_WEBHOOK_SECRET"))).toHaveLength(1);
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
