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

  test("name at least one channel for alerts", () => {
    expect(problemsOf(without("ALERT_WEBHOOK_URL", "ALERT_WEBHOOK_SECRET"))).toHaveLength(1);
  });
});
