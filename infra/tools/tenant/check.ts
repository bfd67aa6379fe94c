import { checkBackend } from "./check-backend.ts";
import { assignmentNotRequired, type Fault, SET_UP } from "./fault.ts";
import type { Application } from "./objects.ts";
import type { Named, Snapshot } from "./snapshot.ts";

/** Holds a tenant against the settings of the service. Pure: what it looks at was read before. */
export function checkTenant(snapshot: Snapshot, named: Named, now: Date): Fault[] {
  return [
    ...checkSettings(named),
    ...checkResource(snapshot, named),
    ...checkBackend(snapshot, named, now),
    ...checkCallers(snapshot, named),
  ];
}

const NEEDED = [
  "DIRECTORY_CLIENT_ID",
  "RESOURCE_APP_ID",
  "APP_READ_ROLE_ID",
  "APP_WRITE_ROLE_ID",
  "RESOURCE_SCOPE",
  "CUSTOMER_AUDIENCE",
  "OPERATOR_AUDIENCE",
];

const checkSettings = (named: Named): Fault[] =>
  NEEDED.filter((name) => !named[name]).map((name) => ({
    code: "setting-missing",
    what: `${name} is not set, so nothing about it can be checked.`,
    remedy: "Take it from what npm run tenant:setup prints.",
  }));

function checkResource({ resource, resourcePrincipal }: Snapshot, named: Named): Fault[] {
  const appId = named["RESOURCE_APP_ID"];
  if (!appId) return [];
  if (!resource) {
    return [
      {
        code: "resource-missing",
        what: `No app registration has the client id ${appId} (RESOURCE_APP_ID).`,
        remedy: "Correct the setting, or register the resource API with npm run tenant:setup.",
      },
    ];
  }
  const faults: Fault[] = [];
  const scope = named["RESOURCE_SCOPE"];
  if (scope && !resource.identifierUris.some((uri) => `${uri}/.default` === scope)) {
    faults.push({
      code: "resource-uri",
      what: `The resource API has no Application ID URI that fits RESOURCE_SCOPE ${scope}.`,
      remedy: `Set the URI to ${scope.replace(/\/\.default$/, "")} under "Expose an API", or correct the setting.`,
    });
  }
  if (resource.api.requestedAccessTokenVersion !== 2) {
    faults.push({
      code: "resource-token-version",
      what: "The resource API does not ask for access tokens of version 2.",
      remedy: `${SET_UP} (Manifest: api.requestedAccessTokenVersion: 2.)`,
    });
  }
  for (const name of ["APP_READ_ROLE_ID", "APP_WRITE_ROLE_ID"]) {
    faults.push(...checkRole(resource, name, named[name]));
  }
  if (!resourcePrincipal) {
    faults.push({
      code: "resource-principal-missing",
      what: "The resource API has no service principal, so nobody can be granted its roles.",
      remedy: SET_UP,
    });
  } else if (!resourcePrincipal.appRoleAssignmentRequired) {
    faults.push(assignmentNotRequired("resource API"));
  }
  return faults;
}

function checkRole(resource: Application, name: string, id: string | undefined): Fault[] {
  if (!id) return [];
  const role = resource.appRoles.find((one) => one.id === id);
  if (!role) {
    return [
      {
        code: "role-missing",
        what: `The resource API has no app role with the id ${id} (${name}).`,
        remedy: `Its roles are ${resource.appRoles.map((one) => `${one.value} ${one.id}`).join(", ") || "none"}. Correct the setting, or add the role.`,
      },
    ];
  }
  if (role.isEnabled && role.allowedMemberTypes.includes("Application")) return [];
  return [
    {
      code: "role-unusable",
      what: `The app role ${role.value} (${name}) is ${role.isEnabled ? "not open to applications" : "disabled"}.`,
      remedy: `${SET_UP} (App roles: enabled, allowed member type "Applications".)`,
    },
  ];
}

function checkOperators(operators: Application, named: Named): Fault[] {
  const faults: Fault[] = [];
  const role = named["OPERATOR_ROLE"] || "Consent.Approve";
  if (!operators.appRoles.some(({ value, isEnabled }) => value === role && isEnabled)) {
    faults.push({
      code: "operator-role-missing",
      what: `The operators' registration has no app role ${role} (OPERATOR_ROLE).`,
      remedy: SET_UP,
    });
  }
  const name = named["OPERATOR_SCOPE"] || "access_as_operator";
  const scope = operators.api.oauth2PermissionScopes.find(
    ({ value, isEnabled }) => value === name && isEnabled,
  );
  if (!scope) {
    faults.push({
      code: "operator-scope-missing",
      what: `The operators' registration exposes no scope ${name} (OPERATOR_SCOPE).`,
      remedy: SET_UP,
    });
  } else if (scope.type === "User") {
    faults.push({
      code: "operator-scope-open",
      what: `Anybody can let an application of theirs act with the scope ${name} (OPERATOR_SCOPE).`,
      remedy: `${SET_UP} (Expose an API: who can consent? Admins only.)`,
    });
  }
  return faults;
}

function checkCallers({ customers, operators }: Snapshot, named: Named): Fault[] {
  const faults: Fault[] = [];
  const gone = (name: string): Fault => ({
    code: "caller-app-missing",
    what: `No app registration has the client id ${named[name]} (${name}).`,
    remedy: "Correct the setting, or register it with npm run tenant:setup.",
  });
  if (named["CUSTOMER_AUDIENCE"] && !customers) faults.push(gone("CUSTOMER_AUDIENCE"));
  const scopes = customers?.api.oauth2PermissionScopes ?? [];
  for (const value of customers ? ["clients.read", "clients.write"] : []) {
    if (scopes.some((scope) => scope.value === value && scope.isEnabled)) continue;
    faults.push({
      code: "customer-scope-missing",
      what: `The customers' registration exposes no scope ${value}.`,
      remedy: SET_UP,
    });
  }
  if (named["OPERATOR_AUDIENCE"] && !operators) faults.push(gone("OPERATOR_AUDIENCE"));
  if (operators) faults.push(...checkOperators(operators, named));
  return faults;
}
