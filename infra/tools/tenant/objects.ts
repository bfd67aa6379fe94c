import * as z from "zod";
import type { Graph } from "./graph.ts";

/** What the set-up reads of the directory's objects, and how it finds them. Source: the Microsoft Graph reference, v1.0. */

export const AppRole = z.looseObject({
  id: z.string(),
  value: z.string().nullable(),
  isEnabled: z.boolean(),
  allowedMemberTypes: z.array(z.string()),
});
const Scope = z.looseObject({
  id: z.string(),
  value: z.string().nullable(),
  type: z.string().nullish(),
  isEnabled: z.boolean(),
});
const Password = z.looseObject({
  keyId: z.string(),
  displayName: z.string().nullable(),
  endDateTime: z.string(),
});
const Key = z.looseObject({
  keyId: z.string().nullish(),
  key: z.string().nullish(),
  customKeyIdentifier: z.string().nullish(),
  endDateTime: z.string(),
});

export const Application = z.looseObject({
  id: z.string(),
  appId: z.string(),
  displayName: z.string(),
  signInAudience: z.string(),
  identifierUris: z.array(z.string()),
  tags: z.array(z.string()),
  api: z.looseObject({
    requestedAccessTokenVersion: z.number().nullish(),
    oauth2PermissionScopes: z.array(Scope).default([]),
  }),
  appRoles: z.array(AppRole),
  requiredResourceAccess: z.array(
    z.looseObject({
      resourceAppId: z.string(),
      resourceAccess: z.array(z.looseObject({ id: z.string(), type: z.string() })),
    }),
  ),
  passwordCredentials: z.array(Password),
  keyCredentials: z.array(Key),
  spa: z.looseObject({ redirectUris: z.array(z.string()).default([]) }).optional(),
  publicClient: z.looseObject({ redirectUris: z.array(z.string()).default([]) }).optional(),
  isFallbackPublicClient: z.boolean().nullish(),
});
export type Application = z.infer<typeof Application>;

const APPLICATION_SELECT = Object.keys(Application.shape).join(",");

export const ServicePrincipal = z.looseObject({
  id: z.string(),
  appId: z.string(),
  accountEnabled: z.boolean().nullish(),
  appRoleAssignmentRequired: z.boolean().nullish(),
  appRoles: z.array(AppRole),
});
export type ServicePrincipal = z.infer<typeof ServicePrincipal>;

const Assignment = z.looseObject({ resourceId: z.string(), appRoleId: z.string() });
export type Assignment = z.infer<typeof Assignment>;

export const FederatedCredential = z.looseObject({
  name: z.string(),
  issuer: z.string(),
  subject: z.string(),
  audiences: z.array(z.string()),
});
export type FederatedCredential = z.infer<typeof FederatedCredential>;

export const Organization = z.looseObject({
  id: z.string(),
  tenantType: z.string().nullish(),
  verifiedDomains: z.array(z.looseObject({ name: z.string(), isInitial: z.boolean().nullish() })),
});

/** Microsoft Graph is an application of the same id in every tenant. */
export const GRAPH_APP_ID = "00000003-0000-0000-c000-000000000000";
export const EXCHANGE_AUDIENCE = "api://AzureADTokenExchange";

const quoted = (text: string) => `'${text.replaceAll("'", "''")}'`;
const filtered = (set: string, filter: string) => `/${set}?$filter=${encodeURIComponent(filter)}`;

export async function applicationByAppId(
  graph: Graph,
  appId: string,
): Promise<Application | undefined> {
  const path = `/applications(appId=${quoted(appId)})?$select=${APPLICATION_SELECT}`;
  const found = await graph.find(path);
  return found === undefined ? undefined : Application.parse(found);
}

/** The application that this set-up made, or was told of, before: by one of its tags. */
export async function applicationByTag(
  graph: Graph,
  tag: string,
): Promise<Application | undefined> {
  const found = await graph.list(filtered("applications", `tags/any(t:t eq ${quoted(tag)})`));
  return found[0] === undefined ? undefined : Application.parse(found[0]);
}

export async function applicationByUri(
  graph: Graph,
  uri: string,
): Promise<Application | undefined> {
  const filter = `identifierUris/any(u:u eq ${quoted(uri)})`;
  const found = await graph.list(filtered("applications", filter));
  return found[0] === undefined ? undefined : Application.parse(found[0]);
}

export async function principalOf(
  graph: Graph,
  appId: string,
): Promise<ServicePrincipal | undefined> {
  const found = await graph.list(filtered("servicePrincipals", `appId eq ${quoted(appId)}`));
  return found[0] === undefined ? undefined : ServicePrincipal.parse(found[0]);
}

export async function assignmentsOf(graph: Graph, principalId: string): Promise<Assignment[]> {
  const found = await graph.list(`/servicePrincipals/${principalId}/appRoleAssignments`);
  return z.array(Assignment).parse(found);
}

export async function federatedOf(graph: Graph, id: string): Promise<FederatedCredential[]> {
  const found = await graph.list(`/applications/${id}/federatedIdentityCredentials`);
  return z.array(FederatedCredential).parse(found);
}
