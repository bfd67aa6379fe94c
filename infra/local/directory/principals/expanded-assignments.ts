import { isLive } from "../applications/find-application.ts";
import type { Directory } from "../directory.ts";
import type { GraphCall } from "../graph/graph-call.ts";
import { badQuery } from "../graph/graph-error.ts";
import type { AppRoleAssignment } from "../graph-types.ts";
import type { ServicePrincipalRecord } from "../state.ts";

/** `$expand` on a directory object shows so many and no link to more (documented; microsoft-graph-docs-contrib#2851). */
const MAX_EXPANDED = 20;

/**
 * `$expand=appRoleAssignments` of a list of service principals, as faults let it be seen; nothing when it is not asked for.
 * @throws 400 for anything else: the stand-in knows no other relationship
 */
export function expandedAssignments(directory: Directory, call: GraphCall) {
  const wanted = call.query.get("$expand");
  if (wanted !== null && wanted !== "appRoleAssignments")
    throw badQuery(
      `Parsing OData Select and Expand failed: Could not find a property named '${wanted}' on type 'microsoft.graph.servicePrincipal'.`,
    );
  const { assignments, servicePrincipals } = directory.state;
  if (wanted === null) return undefined;
  const shows = directory.faults.nextReplica();
  const isShown = (record: { readonly createdMs: number }) =>
    directory.faults.listed(record) && shows(record);
  return ({ id }: ServicePrincipalRecord): { appRoleAssignments: AppRoleAssignment[] } => {
    const found = assignments.by("principalId", id).filter((record) => {
      const resource = servicePrincipals.get(record.object.resourceId);
      return isShown(record) && resource !== undefined && isLive(resource);
    });
    return { appRoleAssignments: found.slice(0, MAX_EXPANDED).map(({ object }) => object) };
  };
}
