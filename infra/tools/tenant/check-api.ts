import { addedBy, assignmentNotRequired, type Fault } from "./fault.ts";
import type { Application, ServicePrincipal } from "./objects.ts";
import type { Named } from "./snapshot.ts";

/** An API that clients get tokens for, by the settings that name it. */
export interface CheckedApi {
  /** Begins the codes of its faults. */
  readonly code: "resource" | "keys";
  /** As people are told of it. */
  readonly name: string;
  readonly appId: string;
  readonly scope: string;
  readonly roles: readonly string[];
}

export const RESOURCE_API: CheckedApi = {
  code: "resource",
  name: "resource API",
  appId: "RESOURCE_APP_ID",
  scope: "RESOURCE_SCOPE",
  roles: ["APP_READ_ROLE_ID", "APP_WRITE_ROLE_ID"],
};

/** The service's own, where there is one. */
export const KEYS_API: CheckedApi = {
  code: "keys",
  name: "API by which clients rotate their secrets",
  appId: "KEYS_APP_ID",
  scope: "KEYS_SCOPE",
  roles: ["KEYS_ROTATE_ROLE_ID"],
};

/** Nothing is said of one that no setting names. */
export function checkApi(
  api: CheckedApi,
  found: {
    readonly application: Application | undefined;
    readonly principal: ServicePrincipal | undefined;
    /** Adds what it lacks. */
    readonly command: string;
  },
  named: Named,
): Fault[] {
  const { application, principal, command } = found;
  const appId = named[api.appId];
  if (!appId) return [];
  if (!application) {
    return [
      {
        code: `${api.code}-missing`,
        what: `No app registration has the client id ${appId} (${api.appId}).`,
        remedy: `Correct the setting, or register the ${api.name}: ${command}`,
      },
    ];
  }
  const faults: Fault[] = [];
  const scope = named[api.scope];
  if (scope && !application.identifierUris.some((uri) => `${uri}/.default` === scope)) {
    faults.push({
      code: `${api.code}-uri`,
      what: `The ${api.name} has no Application ID URI that fits ${api.scope} ${scope}.`,
      remedy: `Set the URI to ${scope.replace(/\/\.default$/, "")} under "Expose an API", or correct the setting.`,
    });
  }
  if (application.api.requestedAccessTokenVersion !== 2) {
    faults.push({
      code: `${api.code}-token-version`,
      what: `The ${api.name} does not ask for access tokens of version 2.`,
      remedy: addedBy(command, "Manifest, api.requestedAccessTokenVersion: 2"),
    });
  }
  for (const name of api.roles)
    faults.push(...checkRole(api, { application, command }, name, named[name]));
  if (!principal) {
    faults.push({
      code: `${api.code}-principal-missing`,
      what: `The ${api.name} has no service principal, so nobody can be granted its roles.`,
      remedy: addedBy(command),
    });
  } else if (!principal.appRoleAssignmentRequired) {
    faults.push(assignmentNotRequired(api.name, command));
  }
  return faults;
}

/** B2C writes roles and people's scopes into one claim: a scope of the service's own API could be taken for its role. */
export function checkNoScopes(application: Application | undefined): Fault[] {
  const scopes = application?.api.oauth2PermissionScopes.filter(({ isEnabled }) => isEnabled) ?? [];
  if (scopes.length === 0) return [];
  return [
    {
      code: "keys-scope-exposed",
      what: `The ${KEYS_API.name} exposes a scope: ${scopes.map(({ value }) => value).join(", ")}.`,
      remedy: 'It is for clients alone. Disable the scope under "Expose an API" and delete it.',
    },
  ];
}

function checkRole(
  api: CheckedApi,
  { application, command }: { readonly application: Application; readonly command: string },
  name: string,
  id: string | undefined,
): Fault[] {
  if (!id) return [];
  const role = application.appRoles.find((one) => one.id === id);
  if (!role) {
    return [
      {
        code: "role-missing",
        what: `The ${api.name} has no app role with the id ${id} (${name}).`,
        remedy: `Its roles are ${application.appRoles.map((one) => `${one.value} ${one.id}`).join(", ") || "none"}. Correct the setting, or add the role.`,
      },
    ];
  }
  if (role.isEnabled && role.allowedMemberTypes.includes("Application")) return [];
  return [
    {
      code: "role-unusable",
      what: `The app role ${role.value} (${name}) is ${role.isEnabled ? "not open to applications" : "disabled"}.`,
      remedy: addedBy(command, 'App roles: enabled, allowed member type "Applications"'),
    },
  ];
}
