import type { Named, Snapshot } from "./snapshot.ts";

/** One thing that is wrong with a tenant, and what to do about it. `code` is stable; the sentences are for people. */
export interface Fault {
  readonly code: string;
  readonly what: string;
  readonly remedy: string;
}

/** How the set-up is run for a tenant as it is. */
export interface Commands {
  readonly all: string;
  readonly backend: string;
}

/** With less than these options it would add roles and a URI that nobody asked for, and a backend besides that of another tenant. */
export function commandsFor(
  { backend, backendPrincipal, resource }: Snapshot,
  named: Named,
): Commands {
  const foreign = backendPrincipal && !backend ? ["--backend-app-id", backendPrincipal.appId] : [];
  const roles = ["APP_READ_ROLE_ID", "APP_WRITE_ROLE_ID"].flatMap(
    (name) => resource?.appRoles.find(({ id }) => id === named[name])?.value ?? [],
  );
  const wanted = named["RESOURCE_SCOPE"]?.replace(/\/\.default$/, "");
  const uris = resource?.identifierUris ?? [];
  const uri = uris.find((one) => one === wanted) ?? uris[0] ?? wanted;
  const api = [
    ...(roles.length === 2 ? ["--roles", roles.join(",")] : []),
    ...(uri ? ["--app-id-uri", uri] : []),
  ];
  return {
    all: ["npm run tenant:setup --", ...foreign, ...api].join(" "),
    backend: ["npm run tenant:setup -- --only backend", ...foreign].join(" "),
  };
}

/** @param byHand where else the same is done */
export const addedBy = (command: string, byHand?: string): string =>
  `${byHand ? `${byHand}; or run` : "Run"} what adds what is missing and changes nothing else: ${command}`;

/** Whoever may ask the directory for a token is given one, without a role, unless an assignment is required. */
export const assignmentNotRequired = (api: string, command: string): Fault => ({
  code: "assignment-not-required",
  what: `Every application of the tenant is given tokens for the ${api}, though without roles.`,
  remedy: addedBy(command, "Enterprise application, Properties: assignment required"),
});
