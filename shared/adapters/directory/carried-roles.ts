import { idsIn, roleIn } from "../../clients/role-api.ts";
import type { ExcessRole } from "../../consent/drift.ts";
import type { ConsentSubject, Grant } from "../../consent/ports.ts";
import type { Assignments } from "./consent-answers.ts";
import type { OfferedApi } from "./offered-apis.ts";

/** Roles that every token of a service principal carries: an assignment without a role (Graph: all zeros) is none. */
const NO_ROLE = "00000000-0000-0000-0000-000000000000";

/** What somebody's assignments, of whichever API, come to beside what was asked for. */
export function carriedRoles(
  apis: readonly OfferedApi[],
  { roles }: Pick<ConsentSubject, "roles">,
  assignments: Readonly<Assignments>,
): Omit<Grant, "principalId"> {
  const complete = missingRoles(apis, roles, assignments).length === 0;
  const excess = assignments.flatMap((assignment): ExcessRole[] => {
    const { appRoleId, resourceDisplayName } = assignment;
    const own = apis.find(({ resourceId }) => resourceId === assignment.resourceId);
    const role = own && roleIn(own, appRoleId);
    if (role && roles.includes(role)) return [];
    if (!role && appRoleId === NO_ROLE) return [];
    const resource = resourceDisplayName || assignment.resourceId;
    return [{ resource, role: role ?? appRoleId, own: own !== undefined }];
  });
  return { complete, ...(excess.length > 0 && { excess }) };
}

/**
 * Of the roles that were asked for, those that are not among the assignments, each with its API. A role of no API, of a deployment that
 * has given its own up, is passed over: nobody can use it.
 */
export function missingRoles(
  apis: readonly OfferedApi[],
  roles: ConsentSubject["roles"],
  assignments: Readonly<Pick<Assignments[number], "resourceId" | "appRoleId">[]>,
): readonly { readonly api: OfferedApi; readonly appRoleId: string }[] {
  const has = ({ resourceId }: OfferedApi, id: string) =>
    assignments.some((one) => one.resourceId === resourceId && one.appRoleId === id);
  return apis.flatMap((api) =>
    idsIn(api, roles)
      .filter((id) => !has(api, id))
      .map((appRoleId) => ({ api, appRoleId })),
  );
}
