import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import { readSettings } from "../../../shared/settings/settings.ts";
import { changeScopes, grantConsent, pristineTenant, runSetup } from "./pristine.ts";

const tenant = pristineTenant();
const IDENTITY = randomUUID();
const ARGS = ["--managed-identity", IDENTITY, "--portal-url", "https://keys.example.com/"];

/** Requests that change something, as the directory itself counted them. */
const writesServed = () =>
  tenant()
    .directory.requests()
    .filter(({ name }) => !name.startsWith("GET")).length;

test("a dry run changes nothing and tells every change", async () => {
  const run = await runSetup(tenant(), "--dry-run", ...ARGS);
  expect(writesServed()).toBe(0);
  expect(run.writes).toBe(11);
  expect(run.calls.filter((call) => call.startsWith("would"))).toEqual(
    [
      "would POST /applications",
      "would POST /applications/<id of Latchkey backend>/federatedIdentityCredentials",
      "would POST /servicePrincipals",
      ...Array.from({ length: 4 }, () => [
        "would POST /applications",
        "would POST /servicePrincipals",
      ]),
    ].flat(),
  );
});

test("the first run registers everything, the second changes nothing", async () => {
  const first = await runSetup(tenant(), ...ARGS);
  expect(first.writes).toBe(11);
  const served = writesServed();
  const second = await runSetup(tenant(), ...ARGS);
  expect(second.writes).toBe(0);
  expect(writesServed()).toBe(served);
  expect(second.settings).toEqual(first.settings);
});

test("with --command people may sign in by a program of their own", async () => {
  const customers = async (appId = "") =>
    (await tenant().admin("GET", `/applications(appId='${appId}')`)).body;
  const open = {
    publicClient: { redirectUris: ["http://localhost"] },
    isFallbackPublicClient: true,
  };
  const old = await runSetup(tenant(), ...ARGS);
  const { CUSTOMER_AUDIENCE: appId } = old.settings;
  expect(await customers(appId)).toMatchObject({ isFallbackPublicClient: null });
  const completed = await runSetup(tenant(), ...ARGS, "--command");
  expect([completed.writes, await customers(appId)]).toEqual([1, expect.objectContaining(open)]);
  expect((await runSetup(tenant(), ...ARGS, "--command")).writes).toBe(0);
});

test("a tenant that was set up before is closed where it was open, and what people set stays", async () => {
  const { settings } = await runSetup(tenant(), ...ARGS);
  const { admin } = tenant();
  const path = `/applications(appId='${settings["OPERATOR_AUDIENCE"]}')`;
  const operators = async () => (await admin("GET", path)).body;
  const scopesOf = (body: Awaited<ReturnType<typeof operators>>) =>
    (body["api"] as { oauth2PermissionScopes: { type: string }[] }).oauth2PermissionScopes;
  const principal = `/servicePrincipals(appId='${settings["RESOURCE_APP_ID"]}')`;
  const before = await operators();
  await changeScopes({ admin }, path, (scopes) =>
    scopes.map((scope) => ({ ...scope, type: "User" })),
  );
  await admin("PATCH", principal, { appRoleAssignmentRequired: false, notes: "Ours" });

  const run = await runSetup(tenant(), ...ARGS);

  // The scope is disabled, changed, and enabled again with that; the service principal is closed.
  expect(run.writes).toBe(3);
  expect(scopesOf(await operators())).toEqual(scopesOf(before));
  expect(scopesOf(before).map(({ type }) => type)).toEqual(["Admin"]);
  expect((await admin("GET", principal)).body).toMatchObject({
    appRoleAssignmentRequired: true,
    notes: "Ours",
  });
  expect((before["appRoles"] as object[]).length).toBe(2);
});

test("what a run has disabled that died before it could change it is closed and enabled by the next one", async () => {
  const { settings } = await runSetup(tenant(), ...ARGS);
  const { admin } = tenant();
  const path = `/applications(appId='${settings["OPERATOR_AUDIENCE"]}')`;
  const scopes = async () =>
    ((await admin("GET", path)).body["api"] as { oauth2PermissionScopes: object[] })
      .oauth2PermissionScopes;
  const before = await scopes();
  await changeScopes({ admin }, path, (all) =>
    all.map((scope) => ({ ...scope, type: "User", isEnabled: false })),
  );

  await runSetup(tenant(), ...ARGS);

  expect(await scopes()).toEqual(before);
});

test("a role that only people could have becomes an application's too, and keeps its id", async () => {
  const { settings } = await runSetup(tenant(), ...ARGS);
  const { admin } = tenant();
  const path = `/applications(appId='${settings["RESOURCE_APP_ID"]}')`;
  const roles = async () => (await admin("GET", path)).body["appRoles"] as { value: string }[];
  const before = await roles();
  const [first] = before;
  for (const isEnabled of [false, true]) {
    const changed = { ...first, isEnabled, allowedMemberTypes: ["User"] };
    const appRoles = [isEnabled ? changed : { ...first, isEnabled }, ...before.slice(1)];
    expect((await admin("PATCH", path, { appRoles })).status).toBe(204);
  }

  await runSetup(tenant(), ...ARGS);

  const both = { ...first, isEnabled: true, allowedMemberTypes: ["User", "Application"] };
  expect(await roles()).toEqual([both, ...before.slice(1)]);
});

test("what it prints is enough for the service to start with, once the deployment adds its own", async () => {
  const { settings } = await runSetup(tenant(), ...ARGS);
  const { directory, ...read } = readSettings({
    ...settings,
    MANAGED_IDENTITY_CLIENT_ID: IDENTITY,
    // The local tenant's documents come over https too; only there do they count.
    CUSTOMER_METADATA_URL: settings["CUSTOMER_METADATA_URL"]?.replace("http:", "https:"),
    OPERATOR_METADATA_URL: settings["OPERATOR_METADATA_URL"]?.replace("http:", "https:"),
    PORTAL_AUTHORITY: settings["PORTAL_AUTHORITY"]?.replace("http:", "https:"),
    PORTAL_OPERATOR_AUTHORITY: settings["PORTAL_OPERATOR_AUTHORITY"]?.replace("http:", "https:"),
    RecordsConnection__tableServiceUri: "https://records.example.com",
    ServiceBusConnection__fullyQualifiedNamespace: "bus.example.com",
    ALERT_WEBHOOK_URL: "https://alerts.example.com",
    ALERT_WEBHOOK_SECRET: `whsec_${"A".repeat(32)}`,
  });
  expect(directory.credential.kind).toBe("federated");
  expect(read.lacking).toEqual([]);
  expect(read.tokenRules).toMatchObject({
    operatorClients: [settings["OPERATOR_AUDIENCE"]],
    customerPolicies: ["b2c_1_signin"],
  });
  expect(read.tokenEndpoint).toMatch(/\/b2c_1_signin\/oauth2\/v2\.0\/token$/i);
});

test("it names the consent that is missing, and nothing once it is given", async () => {
  const before = await runSetup(tenant(), ...ARGS);
  expect(before.consentPending).toBe(before.settings["DIRECTORY_CLIENT_ID"]);
  await grantConsent(tenant(), before.consentPending ?? "");
  expect((await runSetup(tenant(), ...ARGS)).consentPending).toBeUndefined();
});

test("the backend asks for its own applications only, until automatic grant is chosen", async () => {
  const asked = async (appId: string) => {
    const { body } = await tenant().admin("GET", `/applications(appId='${appId}')`);
    return (body["requiredResourceAccess"] as { resourceAccess: unknown[] }[]).flatMap(
      (entry) => entry.resourceAccess,
    ).length;
  };
  const { settings } = await runSetup(tenant(), ...ARGS);
  const appId = settings["DIRECTORY_CLIENT_ID"] ?? "";
  expect(await asked(appId)).toBe(1);
  const automatic = await runSetup(tenant(), "--automatic-grant", ...ARGS);
  expect(await asked(appId)).toBe(2);
  expect(automatic.settings["CONSENT_GRANT"]).toBe("automatic-on-approve");
  expect(automatic.consentPending).toBe(appId);
});
