import { randomUUID } from "node:crypto";
import { changeScopes, type TestTenant } from "./pristine.ts";

/** Tenants that `tenant:check` finds something wrong with, each by what was done to one that was set up. */

/** The managed identity that the backend trusts. */
export const IDENTITY = randomUUID();
export type Settings = Record<string, string>;

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
export const broken: readonly Broken[] = [
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
