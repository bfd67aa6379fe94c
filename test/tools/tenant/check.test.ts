import { beforeAll, describe, expect, test } from "vitest";
import * as z from "zod";
import { checkTenant } from "../../../infra/tools/tenant/check.ts";
import { readSnapshot } from "../../../infra/tools/tenant/snapshot.ts";
import { openTestDirectory } from "../../local/directory/support.ts";
import { broken, IDENTITY, type Settings } from "./broken-tenants.ts";
import { grantConsent, graphOf, pristineTenant, runSetup, type TestTenant } from "./pristine.ts";

const ARGS = [
  ...["--managed-identity", IDENTITY, "--roles", "tasks.read,tasks.write"],
  ...["--app-id-uri", "https://api.contoso.example"],
];

async function prepare(tenant: TestTenant, ...args: string[]): Promise<Settings> {
  const { settings, consentPending } = await runSetup(tenant, ...ARGS, ...args);
  if (consentPending) await grantConsent(tenant, consentPending);
  return { ...settings };
}

const check = async (tenant: TestTenant, named: Settings, now = new Date()) =>
  checkTenant(await readSnapshot(graphOf(tenant), named), named, now);

describe("a tenant that was set up", () => {
  const tenant = pristineTenant();
  let settings: Settings;
  beforeAll(async () => {
    settings = await prepare(tenant());
  });

  test("is in order, and looking changes nothing", async () => {
    tenant().directory.resetRequests();
    expect(await check(tenant(), settings)).toEqual([]);
    const changes = tenant()
      .directory.requests()
      .filter(({ name }) => !name.startsWith("GET"));
    expect(changes).toEqual([]);
  });

  test("settings that are missing are named", async () => {
    const { RESOURCE_APP_ID: _, ...rest } = settings;
    const faults = await check(tenant(), rest);
    expect(faults.map(({ what }) => what).join()).toContain("RESOURCE_APP_ID is not set");
  });
});

/** What the tenant holds, by names: what is added anew has another id. */
async function registered({ admin }: TestTenant): Promise<object[]> {
  const Named = z.array(z.object({ value: z.string(), isEnabled: z.boolean() }));
  const One = z.object({
    appId: z.string(),
    api: z.object({ oauth2PermissionScopes: Named }).optional(),
    appRoles: Named,
    identifierUris: z.array(z.string()).optional(),
    requiredResourceAccess: z.array(z.unknown()).optional(),
    appRoleAssignmentRequired: z.boolean().optional(),
  });
  const found = [];
  for (const set of ["applications", "servicePrincipals"]) {
    const { body } = await admin("GET", `/${set}`);
    found.push(...z.array(One).parse(body["value"]));
  }
  return found;
}

/** The options of the command that a remedy ends with. */
const commandOf = (remedy = ""): string[] | undefined =>
  / npm run tenant:setup -- (.*)$/.exec(remedy)?.[1]?.split(" ");

/** What is to be added by the command as it is named, and nothing else. */
const ADDED = [
  "resource-token-version",
  "role-unusable",
  "resource-principal-missing",
  "assignment-not-required",
  "operator-scope-open",
  "permission-not-requested",
  "federated-missing",
  "customer-scope-missing",
];

test.each(broken)("a broken tenant: $fault", async ({ fault, says, args = [], now, ...broke }) => {
  const tenant = await openTestDirectory({ pristine: true });
  try {
    const settings = await prepare(tenant, ...args);
    const before = await registered(tenant);
    await broke.break({
      settings,
      admin: tenant.admin,
      application: (setting) => `/applications(appId='${settings[setting]}')`,
      principalId: async (setting) => {
        const filter = encodeURIComponent(`appId eq '${settings[setting]}'`);
        const { body } = await tenant.admin("GET", `/servicePrincipals?$filter=${filter}`);
        return (body["value"] as { id: string }[])[0]?.id ?? "";
      },
    });
    const faults = await check(tenant, settings, now);
    const found = faults.find(({ code }) => code === fault);
    expect(faults.map(({ code }) => code)).toContain(fault);
    expect(found?.what).toMatch(says);
    expect(found?.remedy).not.toBe("");
    const command = commandOf(found?.remedy);
    if (!ADDED.includes(fault) || command?.includes("<principal")) return;
    await runSetup(tenant, ...(command ?? expect.fail(found?.remedy)));
    const left = (await check(tenant, settings, now)).map(({ code }) => code);
    expect(left).not.toContain(fault);
    // Asked for besides: what was not there before, and is wanted by the settings now.
    if (fault !== "permission-not-requested")
      expect(await registered(tenant)).toEqual(expect.arrayContaining(before));
    expect(await registered(tenant)).toHaveLength(before.length);
  } finally {
    await tenant.close();
  }
});

test("where the backend is registered in another tenant no command registers another one", async () => {
  const tenant = await openTestDirectory({ pristine: true });
  try {
    const settings = await prepare(tenant);
    const whole = await readSnapshot(graphOf(tenant), settings);
    const { backendPrincipal: principal, customers, resource } = whole;
    if (!principal || !customers || !resource) throw new Error("It has not been set up");
    const snapshot = {
      ...{ ...whole, backend: undefined, federated: [] },
      backendPrincipal: { ...principal, appRoleAssignmentRequired: false },
      customers: { ...customers, api: { oauth2PermissionScopes: [] } },
    };
    const found = checkTenant(snapshot, settings, new Date());
    expect(found.map(({ code }) => code)).toEqual([
      "assignment-not-required",
      "customer-scope-missing",
      "customer-scope-missing",
    ]);
    const foreign = ["--backend-app-id", settings["DIRECTORY_CLIENT_ID"]];
    const [backend, scope] = found.map(({ remedy }) => commandOf(remedy));
    expect(backend).toEqual(["--only", "backend", ...foreign]);
    expect(scope?.slice(0, 2)).toEqual(foreign);
  } finally {
    await tenant.close();
  }
});
