import { checkApi, checkNoScopes, KEYS_API, RESOURCE_API } from "./check-api.ts";
import { checkBackend } from "./check-backend.ts";
import { addedBy, type Commands, commandsFor, type Fault } from "./fault.ts";
import type { Application } from "./objects.ts";
import type { Named, Snapshot } from "./snapshot.ts";

/** Holds a tenant against the settings of the service. Pure: what it looks at was read before. */
export function checkTenant(snapshot: Snapshot, named: Named, now: Date): Fault[] {
  const commands = commandsFor(snapshot, named);
  return [
    ...checkSettings(named, commands),
    ...checkResource(snapshot, named, commands),
    ...checkKeys(snapshot, named, commands),
    ...checkBackend(snapshot, named, { now, commands }),
    ...checkCallers(snapshot, named, commands),
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

const checkSettings = (named: Named, { all }: Commands): Fault[] =>
  NEEDED.filter((name) => !named[name]).map((name) => ({
    code: "setting-missing",
    what: `${name} is not set, so nothing about it can be checked.`,
    remedy: `Take it from what this prints, which changes nothing: ${all} --dry-run`,
  }));

const checkResource = (
  { resource: application, resourcePrincipal: principal }: Snapshot,
  named: Named,
  { all }: Commands,
): Fault[] => checkApi(RESOURCE_API, { application, principal, command: all }, named);

const checkKeys = (
  { keys, keysPrincipal: principal }: Snapshot,
  named: Named,
  { all }: Commands,
): Fault[] => [
  ...checkApi(KEYS_API, { application: keys, principal, command: all }, named),
  ...checkNoScopes(keys),
];

function checkOperators(operators: Application, named: Named, command: string): Fault[] {
  const faults: Fault[] = [];
  const role = named["OPERATOR_ROLE"] || "Consent.Approve";
  if (!operators.appRoles.some(({ value, isEnabled }) => value === role && isEnabled)) {
    faults.push({
      code: "operator-role-missing",
      what: `The operators' registration has no app role ${role} (OPERATOR_ROLE).`,
      remedy: addedBy(command),
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
      remedy: addedBy(command),
    });
  } else if (scope.type === "User") {
    faults.push({
      code: "operator-scope-open",
      what: `Anybody can let an application of theirs act with the scope ${name} (OPERATOR_SCOPE).`,
      remedy: addedBy(command, "Expose an API, who can consent: Admins only"),
    });
  }
  return faults;
}

function checkCallers(
  { customers, operators }: Snapshot,
  named: Named,
  { all: command }: Commands,
): Fault[] {
  const faults: Fault[] = [];
  const gone = (name: string): Fault => ({
    code: "caller-app-missing",
    what: `No app registration has the client id ${named[name]} (${name}).`,
    remedy: `Correct the setting, or register it: ${command}`,
  });
  if (named["CUSTOMER_AUDIENCE"] && !customers) faults.push(gone("CUSTOMER_AUDIENCE"));
  const scopes = customers?.api.oauth2PermissionScopes ?? [];
  for (const value of customers ? ["clients.read", "clients.write"] : []) {
    if (scopes.some((scope) => scope.value === value && scope.isEnabled)) continue;
    faults.push({
      code: "customer-scope-missing",
      what: `The customers' registration exposes no scope ${value}.`,
      remedy: addedBy(command),
    });
  }
  if (named["OPERATOR_AUDIENCE"] && !operators) faults.push(gone("OPERATOR_AUDIENCE"));
  if (operators) faults.push(...checkOperators(operators, named, command));
  return faults;
}
