import { randomUUID } from "node:crypto";
import type { Application, AppRole } from "./objects.ts";
import type { SetupOptions } from "./options.ts";
import type { Tenant } from "./tenant.ts";

/** The registrations that this product needs, as the bodies that make them and as what one that exists may lack. */

export interface Registration {
  /** Marks it, so that a second run knows it again whatever people called it. */
  readonly tag: string;
  readonly uri: string | undefined;
  readonly displayName: string;
  readonly signInAudience: string;
  readonly appRoles: readonly { readonly value: string; readonly member: "Application" | "User" }[];
  readonly scopes: readonly string[];
  /** Who may consent to the scopes for themselves: people, or administrators only. */
  readonly consentBy: "User" | "Admin";
  /** Entra gives tokens for it only to whom a role of it was assigned, people and applications alike. */
  readonly assignmentRequired: boolean;
  readonly requires: readonly {
    readonly resourceAppId: string;
    readonly roleIds: readonly string[];
  }[];
  readonly redirectUris: readonly string[];
  /** Whether programs on people's own machines sign them in: by a browser there, or by device code. */
  readonly publicClient: boolean;
}

/** Any port of the person's own machine (Microsoft Learn, "Redirect URI best practices", localhost exceptions). */
const LOOPBACK = "http://localhost";

const TAG = "latchkey:tenant";
export const RESOURCE_TAG = `${TAG}:resource`;
export const BACKEND_TAG = `${TAG}:backend`;

const PEOPLE_AND_ORGANIZATIONS = "AzureADandPersonalMicrosoftAccount";
/** B2C serves only registrations of this audience to its user flows (Microsoft Graph reference, application). */
const audience = (tenant: Tenant) =>
  tenant.kind === "b2c" ? PEOPLE_AND_ORGANIZATIONS : "AzureADMyOrg";

/** Sign-in leads back to the very page it began on. */
const portalUris = (options: SetupOptions, page = ""): string[] =>
  options["portal-url"] ? [new URL(page, options["portal-url"]).href] : [];

const plain = {
  appRoles: [],
  scopes: [],
  consentBy: "User",
  assignmentRequired: false,
  requires: [],
  redirectUris: [],
  publicClient: false,
} as const;

export const resourceApi = (tenant: Tenant, options: SetupOptions): Registration => ({
  ...plain,
  tag: RESOURCE_TAG,
  uri: options["app-id-uri"] ?? `https://${tenant.domain}/api`,
  displayName: "Resource API",
  signInAudience: audience(tenant),
  appRoles: options.roles.map((value) => ({ value, member: "Application" })),
  assignmentRequired: true,
});

/** The service's own API: a client that has its role rotates its credentials itself. No person gets a token for it. */
export const keysApi = (tenant: Tenant): Registration => ({
  ...plain,
  tag: `${TAG}:keys`,
  uri: `https://${tenant.domain}/latchkey-keys`,
  displayName: "Latchkey keys",
  signInAudience: audience(tenant),
  appRoles: [{ value: "keys.rotate", member: "Application" }],
  assignmentRequired: true,
});

export const backend = (
  options: SetupOptions,
  graphAppId: string,
  roleIds: readonly string[],
): Registration => ({
  ...plain,
  tag: BACKEND_TAG,
  uri: undefined,
  displayName: "Latchkey backend",
  signInAudience: options["multi-tenant"] ? "AzureADMultipleOrgs" : "AzureADMyOrg",
  requires: [{ resourceAppId: graphAppId, roleIds }],
  // It offers nothing, and so nobody needs a token for it.
  assignmentRequired: true,
});

export const customers = (tenant: Tenant, options: SetupOptions): Registration => ({
  ...plain,
  tag: `${TAG}:customers`,
  uri: `https://${tenant.domain}/latchkey`,
  displayName: "Latchkey customers",
  signInAudience: audience(tenant),
  scopes: ["clients.read", "clients.write"],
  redirectUris: portalUris(options),
  publicClient: options.command,
});

export const operators = (tenant: Tenant, options: SetupOptions): Registration => ({
  ...plain,
  tag: `${TAG}:operators`,
  uri: `https://${tenant.domain}/latchkey-operators`,
  displayName: "Latchkey operators",
  signInAudience: "AzureADMyOrg",
  appRoles: [
    { value: "Consent.Approve", member: "User" },
    { value: "Clients.Lookup", member: "Application" },
  ],
  scopes: ["access_as_operator"],
  consentBy: "Admin",
  redirectUris: portalUris(options, "consents"),
});

const newRole = ({ value, member }: Registration["appRoles"][number]) => ({
  id: randomUUID(),
  value,
  displayName: value,
  description: value,
  allowedMemberTypes: [member],
  isEnabled: true,
});
const newScope = (type: Registration["consentBy"]) => (value: string) => ({
  id: randomUUID(),
  value,
  type,
  isEnabled: true,
  adminConsentDisplayName: value,
  adminConsentDescription: value,
});

export function creation(wanted: Registration): object {
  return {
    displayName: wanted.displayName,
    signInAudience: wanted.signInAudience,
    tags: [wanted.tag],
    ...(wanted.uri && { identifierUris: [wanted.uri] }),
    api: {
      requestedAccessTokenVersion: 2,
      ...(wanted.scopes.length > 0 && {
        oauth2PermissionScopes: wanted.scopes.map(newScope(wanted.consentBy)),
      }),
    },
    ...(wanted.appRoles.length > 0 && { appRoles: wanted.appRoles.map(newRole) }),
    ...(wanted.requires.length > 0 && { requiredResourceAccess: wanted.requires.map(required) }),
    ...(wanted.redirectUris.length > 0 && { spa: { redirectUris: wanted.redirectUris } }),
    ...(wanted.publicClient && {
      publicClient: { redirectUris: [LOOPBACK] },
      isFallbackPublicClient: true,
    }),
  };
}

const required = ({ resourceAppId, roleIds }: Registration["requires"][number]) => ({
  resourceAppId,
  resourceAccess: roleIds.map((id) => ({ id, type: "Role" })),
});

interface Change {
  appRoles?: object[];
  api?: { oauth2PermissionScopes?: object[] };
  [property: string]: unknown;
}

/** What an existing registration lacks, as the body of a PATCH; nothing when it lacks nothing. Whatever else it has stays. */
export function completion(found: Application, wanted: Registration): Change | undefined {
  const change: Change = {};
  if (!found.tags.includes(wanted.tag)) change["tags"] = [...found.tags, wanted.tag];
  if (wanted.uri && !found.identifierUris.includes(wanted.uri)) {
    change["identifierUris"] = [...found.identifierUris, wanted.uri];
  }
  const roles = wanted.appRoles.filter(
    ({ value, member }) => !offers(found.appRoles, value, member),
  );
  if (roles.length > 0) change.appRoles = mergedRoles(found, roles);
  const scopes = completedScopes(found, wanted);
  const api = {
    ...(found.api.requestedAccessTokenVersion !== 2 && { requestedAccessTokenVersion: 2 }),
    ...(scopes && { oauth2PermissionScopes: scopes }),
  };
  if (Object.keys(api).length > 0) change.api = api;
  const access = mergedAccess(found, wanted);
  if (access) change["requiredResourceAccess"] = access;
  const redirects = wanted.redirectUris.filter((uri) => !found.spa?.redirectUris.includes(uri));
  if (redirects.length > 0) {
    change["spa"] = { redirectUris: [...(found.spa?.redirectUris ?? []), ...redirects] };
  }
  if (wanted.publicClient) {
    const present = found.publicClient?.redirectUris ?? [];
    if (!present.includes(LOOPBACK))
      change["publicClient"] = { redirectUris: [...present, LOOPBACK] };
    if (found.isFallbackPublicClient !== true) change["isFallbackPublicClient"] = true;
  }
  return Object.keys(change).length > 0 ? change : undefined;
}

/**
 * The roles and scopes that a completion changes, disabled, as the body of a PATCH before its own; nothing when it changes none. The
 * directory refuses the change of one that is enabled (`CannotDeleteOrUpdateEnabledEntitlement`).
 */
export function disabling({ appRoles, api }: Application, change: Change): object | undefined {
  const roles = disabled(appRoles, change.appRoles);
  const scopes = disabled(api.oauth2PermissionScopes, change.api?.oauth2PermissionScopes);
  if (!roles && !scopes) return undefined;
  return {
    ...(roles && { appRoles: roles }),
    ...(scopes && { api: { oauth2PermissionScopes: scopes } }),
  };
}

/** What stays as it is is the same object in both. */
function disabled(
  before: readonly { readonly isEnabled: boolean }[],
  after: readonly object[] = before,
): object[] | undefined {
  const changes = (one: (typeof before)[number]) => one.isEnabled && !after.includes(one);
  if (!before.some(changes)) return undefined;
  return before.map((one) => (changes(one) ? { ...one, isEnabled: false } : one));
}

const offers = (roles: readonly Role[], value: string, member: string): boolean =>
  roles.some(
    (one) => one.value === value && one.isEnabled && one.allowedMemberTypes.includes(member),
  );

/**
 * A scope that people could consent to for themselves becomes an administrator's; the reverse is never done. One that is disabled, as a
 * run leaves it that dies between its two writes, is enabled: the directory takes no other one of its name beside it.
 */
function completedScopes({ api }: Application, wanted: Registration): object[] | undefined {
  const { oauth2PermissionScopes: present } = api;
  const missing = wanted.scopes.filter((value) => !present.some((one) => one.value === value));
  const tooOpen = ({ type }: (typeof present)[number]) =>
    wanted.consentBy === "Admin" && type === "User";
  const isUnfit = (one: (typeof present)[number]) =>
    wanted.scopes.includes(one.value ?? "") && (tooOpen(one) || !one.isEnabled);
  if (missing.length === 0 && !present.some(isUnfit)) return undefined;
  const mended = present.map((one) =>
    isUnfit(one) ? { ...one, isEnabled: true, ...(tooOpen(one) && { type: "Admin" }) } : one,
  );
  return [...mended, ...missing.map(newScope(wanted.consentBy))];
}

/** A role that exists under the name keeps its id: clients already ask for it by that. */
function mergedRoles(found: Application, missing: Registration["appRoles"]): object[] {
  const mended = found.appRoles.map((role) => {
    const want = missing.find(({ value }) => value === role.value);
    return want
      ? {
          ...role,
          isEnabled: true,
          allowedMemberTypes: [...new Set([...role.allowedMemberTypes, want.member])],
        }
      : role;
  });
  const added = missing.filter(({ value }) => !found.appRoles.some((role) => role.value === value));
  return [...mended, ...added.map(newRole)];
}

function mergedAccess(found: Application, wanted: Registration): object[] | undefined {
  let lacking = false;
  const merged = new Map(found.requiredResourceAccess.map((entry) => [entry.resourceAppId, entry]));
  for (const { resourceAppId, roleIds } of wanted.requires) {
    const present = merged.get(resourceAppId)?.resourceAccess ?? [];
    const missing = roleIds.filter((id) => !present.some((one) => one.id === id));
    if (missing.length === 0) continue;
    lacking = true;
    const resourceAccess = [...present, ...missing.map((id) => ({ id, type: "Role" }))];
    merged.set(resourceAppId, { resourceAppId, resourceAccess });
  }
  return lacking ? [...merged.values()] : undefined;
}

type Role = ReturnType<typeof AppRole.parse>;
