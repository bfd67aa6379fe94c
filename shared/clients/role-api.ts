import { Role } from "./client.ts";

/** An API whose app roles clients can ask for: the company's own or, where it is set up, this service's. */
export interface RoleApi {
  /** Client id of its app registration. */
  readonly appId: string;
  /** Ids of those of its app roles that this service knows. */
  readonly roleIds: Readonly<Partial<Record<Role, string>>>;
}

export const roleIn = ({ roleIds }: RoleApi, appRoleId: string): Role | undefined =>
  Role.options.find((role) => roleIds[role]?.toLowerCase() === appRoleId.toLowerCase());

/** Those of the roles that are the API's, by their ids. */
export const idsIn = ({ roleIds }: RoleApi, roles: readonly Role[]): readonly string[] =>
  roles.flatMap((role) => roleIds[role] ?? []);
