import { Role } from "../../clients/client.ts";
import type { ExcessRole } from "../../consent/drift.ts";
import type { ConsentSubject, Grant } from "../../consent/ports.ts";
import type { Assignments } from "./consent-answers.ts";

export interface OwnApi {
  /** The resource API's service principal. */
  readonly resourceId: string;
  readonly roleIds: Readonly<Record<Role, string>>;
}

/** Roles that every token of a service principal carries: an assignment without a role (Graph: all zeros) is none. */
const NO_ROLE = "00000000-0000-0000-0000-000000000000";

/** What somebody's assignments, of whichever API, come to beside what was asked for. */
export function carriedRoles(
  { resourceId, roleIds }: OwnApi,
  { roles }: Pick<ConsentSubject, "roles">,
  assignments: Readonly<Assignments>,
): Omit<Grant, "principalId"> {
  const own = assignments.filter((assignment) => assignment.resourceId === resourceId);
  const complete = roles.every((role) => own.some(({ appRoleId }) => appRoleId === roleIds[role]));
  const excess = assignments.flatMap((assignment): ExcessRole[] => {
    const { appRoleId, resourceDisplayName } = assignment;
    const isOwn = assignment.resourceId === resourceId;
    const role = isOwn && Role.options.find((known) => roleIds[known] === appRoleId);
    if (role && roles.includes(role)) return [];
    if (!role && appRoleId === NO_ROLE) return [];
    const resource = resourceDisplayName || assignment.resourceId;
    return [{ resource, role: role || appRoleId, own: isOwn }];
  });
  return { complete, ...(excess.length > 0 && { excess }) };
}
