import { applicationOf, isLive, servicePrincipalOf } from "../applications/find-application.ts";
import { type Directory, GRAPH_AUDIENCE } from "../directory.ts";
import type { ServicePrincipalRecord } from "../state.ts";
import { GRAPH_APP_ID } from "./graph-principal.ts";
import { currentServicePrincipal } from "./service-principal-lifecycle.ts";

/** A resource that tokens can be asked for. */
export interface Resource {
  readonly appId: string;
  readonly isGraph: boolean;
  readonly principal: ServicePrincipalRecord;
}

/** The resource that an App ID URI or app id names, if it is present in the tenant. */
export function resourceOf(directory: Directory, name: string): Resource | undefined {
  const { applications } = directory.state;
  if (name.replace(/\/$/, "") === GRAPH_AUDIENCE || name === GRAPH_APP_ID) {
    const principal = servicePrincipalOf(directory, GRAPH_APP_ID);
    return principal && { appId: GRAPH_APP_ID, isGraph: true, principal };
  }
  const application =
    applications.by("identifierUri", name).find(isLive) ??
    applicationOf(directory, name.toLowerCase());
  const principal = application && servicePrincipalOf(directory, application.object.appId);
  return principal && { appId: principal.object.appId, isGraph: false, principal };
}

/** The values of the resource's roles that were granted to a client, in the resource's own order. */
export function grantedRoles(
  directory: Directory,
  clientAppId: string,
  resource: Resource,
): string[] {
  const principal = servicePrincipalOf(directory, clientAppId);
  if (!principal) return [];
  const granted = new Set(
    directory.state.assignments
      .by("principalId", principal.id)
      .filter(({ object }) => object.resourceId === resource.principal.id)
      .map(({ object }) => object.appRoleId),
  );
  return currentServicePrincipal(directory, resource.principal)
    .appRoles.filter((role) => role.isEnabled && granted.has(role.id))
    .flatMap((role) => role.value ?? []);
}
