import { isLive, servicePrincipalOf } from "../applications/find-application.ts";
import type { Directory } from "../directory.ts";
import type { ApplicationRecord, ServicePrincipalRecord } from "../state.ts";
import { addAssignment, addServicePrincipal } from "./service-principal-lifecycle.ts";

interface Wanted {
  readonly resource: ServicePrincipalRecord;
  readonly appRoleId: string;
}

/** The application permissions that an app asks for and that exist in this tenant. */
function wantedRoles(directory: Directory, application: ApplicationRecord): Wanted[] {
  return application.object.requiredResourceAccess.flatMap(({ resourceAppId, resourceAccess }) => {
    const resource = servicePrincipalOf(directory, resourceAppId);
    if (!resource) return [];
    return resourceAccess
      .filter(({ type }) => type === "Role")
      .map(({ id }) => ({ resource, appRoleId: id }));
  });
}

function assignmentOf(directory: Directory, principalId: string, wanted: Wanted) {
  return directory.state.assignments
    .by("principalId", principalId)
    .find(
      ({ object }) =>
        object.resourceId === wanted.resource.id && object.appRoleId === wanted.appRoleId,
    );
}

export type ConsentState = "nothing to consent to" | "granted" | "not granted";

export function consentState(directory: Directory, application: ApplicationRecord): ConsentState {
  const wanted = wantedRoles(directory, application);
  if (wanted.length === 0) return "nothing to consent to";
  const principal = servicePrincipalOf(directory, application.object.appId);
  const granted =
    principal !== undefined &&
    isLive(principal) &&
    wanted.every((one) => assignmentOf(directory, principal.id, one) !== undefined);
  return granted ? "granted" : "not granted";
}

/** What the portal's "Grant admin consent" does: the service principal if it is missing, then every role asked for. */
export function grantConsent(directory: Directory, application: ApplicationRecord): void {
  const principal =
    servicePrincipalOf(directory, application.object.appId) ??
    addServicePrincipal(directory, application, { owners: [], createdMs: Date.now() });
  for (const one of wantedRoles(directory, application)) {
    if (!assignmentOf(directory, principal.id, one)) {
      addAssignment(directory, principal, one.resource, one.appRoleId);
    }
  }
}

export function revokeConsent(directory: Directory, application: ApplicationRecord): void {
  const principal = servicePrincipalOf(directory, application.object.appId);
  if (!principal) return;
  for (const assignment of directory.state.assignments.by("principalId", principal.id)) {
    directory.state.assignments.delete(assignment.id);
  }
}
