import { randomUUID } from "node:crypto";
import { beforeAll, describe, expect, test } from "vitest";
import * as z from "zod";
import { checkTenant } from "../../../infra/tools/tenant/check.ts";
import { readSnapshot } from "../../../infra/tools/tenant/snapshot.ts";
import { openTestDirectory } from "../../local/directory/support.ts";
import {
  changeScopes,
  grantConsent,
  graphOf,
  pristineTenant,
  runSetup,
  type TestTenant,
} from "./pristine.ts";

const IDENTITY = randomUUID();
const ARGS = [
  ...["--managed-identity", IDENTITY, "--roles", "tasks.read,tasks.write"],
  ...["--app-id-uri", "https://api.contoso.example"],
];
type Settings = Record<string, string>;

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

interface Broken {
  readonly fault: string;
  /** Part of the sentence that a person reads. */
  readonly says: RegExp;
  readonly args?: string[];
  /** Breaks the tenant, or changes what the service is told of it. */
  readonly break: (tools: Tools) => Promise<unknown> | undefined;
  readonly now?: Date;
}
interface Tools {
  readonly settings: Settings;
  readonly admin: TestTenant["admin"];
  /** `/applications/{id}` of the client id in a setting. */
  readonly application: (setting: string) => string;
  readonly principalId: (setting: string) => Promise<string>;
}

const YEAR_MS = 365 * 86_400_000;
const broken: readonly Broken[] = [
  {
    fault: "resource-missing",
    says: /No app registration has the client id .* \(RESOURCE_APP_ID\)/,
    break: ({ admin, application }) => admin("DELETE", application("RESOURCE_APP_ID")),
  },
  {
    fault: "resource-uri",
    says: /no Application ID URI that fits RESOURCE_SCOPE/,
    break: ({ admin, application }) =>
      admin("PATCH", application("RESOURCE_APP_ID"), { identifierUris: [] }),
  },
  {
    fault: "resource-token-version",
    says: /access tokens of version 2/,
    break: ({ admin, application }) =>
      admin("PATCH", application("RESOURCE_APP_ID"), {
        signInAudience: "AzureADMyOrg",
        api: { requestedAccessTokenVersion: 1 },
      }),
  },
  {
    fault: "role-missing",
    says: /no app role with the id .* \(APP_WRITE_ROLE_ID\)/,
    break: ({ settings }) => {
      settings["APP_WRITE_ROLE_ID"] = randomUUID();
      return undefined;
    },
  },
  {
    fault: "role-unusable",
    says: /tasks\.read \(APP_READ_ROLE_ID\) is disabled/,
    break: async ({ admin, application }) => {
      const { body } = await admin("GET", application("RESOURCE_APP_ID"));
      const appRoles = (body["appRoles"] as { value: string }[]).map((role) =>
        role.value === "tasks.read" ? { ...role, isEnabled: false } : role,
      );
      await admin("PATCH", application("RESOURCE_APP_ID"), { appRoles });
    },
  },
  {
    fault: "resource-principal-missing",
    says: /resource API has no service principal/,
    break: async ({ admin, principalId }) =>
      admin("DELETE", `/servicePrincipals/${await principalId("RESOURCE_APP_ID")}`),
  },
  ...["RESOURCE_APP_ID", "DIRECTORY_CLIENT_ID"].map(
    (setting): Broken => ({
      fault: "assignment-not-required",
      says: /Every application of the tenant is given tokens for the (resource API|backend)/,
      break: async ({ admin, principalId }) =>
        admin("PATCH", `/servicePrincipals/${await principalId(setting)}`, {
          appRoleAssignmentRequired: false,
        }),
    }),
  ),
  {
    fault: "keys-missing",
    says: /No app registration has the client id .* \(KEYS_APP_ID\)/,
    break: ({ admin, application }) => admin("DELETE", application("KEYS_APP_ID")),
  },
  {
    fault: "keys-scope-exposed",
    says: /by which clients rotate their secrets exposes a scope: keys\.rotate\.all/,
    break: ({ admin, application }) =>
      admin("PATCH", application("KEYS_APP_ID"), {
        api: {
          oauth2PermissionScopes: [
            {
              id: randomUUID(),
              value: "keys.rotate.all",
              type: "User",
              isEnabled: true,
              adminConsentDisplayName: "Rotate",
              adminConsentDescription: "Rotate",
            },
          ],
        },
      }),
  },
  {
    fault: "operator-scope-open",
    says: /Anybody can let an application of theirs act with the scope access_as_operator/,
    break: ({ admin, application }) =>
      changeScopes({ admin }, application("OPERATOR_AUDIENCE"), (scopes) =>
        scopes.map((scope) => ({ ...scope, type: "User" })),
      ),
  },
  {
    fault: "operator-scope-missing",
    says: /exposes no scope act_as_operator/,
    break: ({ settings }) => {
      settings["OPERATOR_SCOPE"] = "act_as_operator";
      return undefined;
    },
  },
  {
    fault: "backend-missing",
    says: /knows no application with the client id .* \(DIRECTORY_CLIENT_ID\)/,
    break: ({ admin, application }) => admin("DELETE", application("DIRECTORY_CLIENT_ID")),
  },
  {
    fault: "backend-disabled",
    says: /Sign-in is switched off/,
    break: async ({ admin, principalId }) =>
      admin("PATCH", `/servicePrincipals/${await principalId("DIRECTORY_CLIENT_ID")}`, {
        accountEnabled: false,
      }),
  },
  {
    fault: "permission-not-granted",
    says: /asks for Application\.ReadWrite\.OwnedBy, but nobody has consented/,
    break: async ({ admin, principalId }) => {
      const id = await principalId("DIRECTORY_CLIENT_ID");
      const { body } = await admin("GET", `/servicePrincipals/${id}/appRoleAssignments`);
      for (const grant of body["value"] as { id: string }[]) {
        await admin("DELETE", `/servicePrincipals/${id}/appRoleAssignments/${grant.id}`);
      }
    },
  },
  {
    fault: "permission-not-requested",
    says: /does not ask for AppRoleAssignment\.ReadWrite\.All/,
    break: ({ settings }) => {
      settings["CONSENT_GRANT"] = "automatic-on-approve";
      return undefined;
    },
  },
  {
    fault: "permission-too-wide",
    says: /holds AppRoleAssignment\.ReadWrite\.All, which it has no use for/,
    args: ["--automatic-grant"],
    break: ({ settings }) => {
      delete settings["CONSENT_GRANT"];
      return undefined;
    },
  },
  {
    fault: "federated-missing",
    says: /trusts no managed identity/,
    break: async ({ admin, application }) => {
      const credentials = `${application("DIRECTORY_CLIENT_ID")}/federatedIdentityCredentials`;
      await admin("DELETE", `${credentials}/latchkey-${IDENTITY}`);
    },
  },
  {
    fault: "federated-missing",
    says: /trusts no identity/,
    break: async ({ settings, admin, application }) => {
      settings["MANAGED_IDENTITY_PRINCIPAL_ID"] = IDENTITY;
      const credentials = `${application("DIRECTORY_CLIENT_ID")}/federatedIdentityCredentials`;
      await admin("DELETE", `${credentials}/latchkey-${IDENTITY}`);
    },
  },
  {
    fault: "secret-expired",
    says: /Every secret of the backend has expired/,
    args: ["--credential", "secret"],
    break: () => undefined,
    now: new Date(Date.now() + YEAR_MS),
  },
  {
    fault: "customer-scope-missing",
    says: /exposes no scope clients\.write/,
    break: ({ admin, application }) =>
      changeScopes<{ value: string }>({ admin }, application("CUSTOMER_AUDIENCE"), (scopes) =>
        scopes.filter(({ value }) => value === "clients.read"),
      ),
  },
];

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
