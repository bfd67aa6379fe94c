import { randomBytes, randomUUID } from "node:crypto";
import { type Directory, now } from "../directory.ts";
import { badRequest } from "../graph/graph-error.ts";
import type { AppRole, AppRoleAssignment, ServicePrincipal } from "../graph-types.ts";
import type { ApplicationRecord, AssignmentRecord, ServicePrincipalRecord } from "../state.ts";

/** Deletes an application's service principal with it, as its home tenant does. */
export function deleteServicePrincipals(directory: Directory, appId: string, at: string): void {
  const { servicePrincipals } = directory.state;
  for (const record of servicePrincipals.by("appId", appId)) {
    if (record.object.deletedDateTime !== null) continue;
    servicePrincipals.put({ ...record, object: { ...record.object, deletedDateTime: at } });
  }
}

/** Makes the service principal of an application of this tenant. */
export function addServicePrincipal(
  directory: Directory,
  application: ApplicationRecord,
  options: {
    readonly id?: string;
    readonly owners: readonly string[];
    readonly createdMs: number;
    readonly input?: Readonly<Record<string, unknown>>;
  },
): ServicePrincipalRecord {
  const { object } = application;
  const id = options.id ?? randomUUID();
  const record: ServicePrincipalRecord = {
    id,
    sequence: directory.state.nextSequence(),
    createdMs: options.createdMs,
    owners: options.owners,
    object: {
      id,
      deletedDateTime: null,
      accountEnabled: true,
      alternativeNames: [],
      appDisplayName: object.displayName,
      appId: object.appId,
      appOwnerOrganizationId: directory.identity.tenantId,
      appRoleAssignmentRequired: false,
      createdDateTime: now().toISOString(),
      description: null,
      displayName: object.displayName,
      homepage: null,
      info: {
        logoUrl: null,
        marketingUrl: null,
        privacyStatementUrl: null,
        supportUrl: null,
        termsOfServiceUrl: null,
      },
      keyCredentials: [],
      loginUrl: null,
      notes: null,
      passwordCredentials: [],
      replyUrls: [],
      servicePrincipalNames: [...object.identifierUris, object.appId],
      servicePrincipalType: "Application",
      signInAudience: object.signInAudience,
      tags: [],
      appRoles: object.appRoles,
      oauth2PermissionScopes: object.api["oauth2PermissionScopes"] ?? [],
      ...options.input,
    },
  };
  directory.state.servicePrincipals.put(record);
  return record;
}

/** Roles and scopes follow the registration of the same tenant; the first-party Graph principal has its own. */
export function currentServicePrincipal(
  directory: Directory,
  record: ServicePrincipalRecord,
): ServicePrincipal {
  const application = directory.state.applications
    .by("appId", record.object.appId)
    .find((one) => one.object.deletedDateTime === null)?.object;
  if (!application) return record.object;
  return {
    ...record.object,
    appDisplayName: application.displayName,
    displayName: application.displayName,
    appRoles: application.appRoles,
    oauth2PermissionScopes: application.api["oauth2PermissionScopes"] ?? [],
    servicePrincipalNames: [...application.identifierUris, application.appId],
    signInAudience: application.signInAudience,
  };
}

const NO_ROLE = "00000000-0000-0000-0000-000000000000";

/** Grants a role; the directory's own checks, whoever asks. @throws 400 */
export function addAssignment(
  directory: Directory,
  principal: ServicePrincipalRecord,
  resource: ServicePrincipalRecord,
  appRoleId: string,
): AssignmentRecord {
  const roles: readonly AppRole[] = currentServicePrincipal(directory, resource).appRoles;
  const role = roles.find((one) => one.id === appRoleId && one.isEnabled);
  if (!role && !(appRoleId === NO_ROLE && roles.length === 0)) {
    throw badRequest("Permission being assigned was not found on application");
  }
  const { assignments } = directory.state;
  if (
    assignments
      .by("principalId", principal.id)
      .some(({ object }) => object.resourceId === resource.id && object.appRoleId === appRoleId)
  ) {
    throw badRequest("Permission being assigned already exists on the object");
  }
  const object: AppRoleAssignment = {
    id: randomBytes(32).toString("base64url"),
    deletedDateTime: null,
    appRoleId,
    createdDateTime: now().toISOString(),
    principalDisplayName: currentServicePrincipal(directory, principal).displayName,
    principalId: principal.id,
    principalType: "ServicePrincipal",
    resourceDisplayName: currentServicePrincipal(directory, resource).displayName,
    resourceId: resource.id,
  };
  const record = {
    id: object.id,
    sequence: directory.state.nextSequence(),
    createdMs: Date.now(),
    object,
  };
  assignments.put(record);
  return record;
}
