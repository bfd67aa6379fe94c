import type { Graph } from "./graph.ts";
import {
  Application,
  applicationByAppId,
  applicationByTag,
  applicationByUri,
  principalOf,
  type ServicePrincipal,
} from "./objects.ts";
import { completion, creation, disabling, type Registration } from "./registrations.ts";

/** Stands for an id that only a real run would get. */
export const unknownId = (displayName: string): string => `<id of ${displayName}>`;

/** The registration as it is wanted: found and completed, or made. Changes nothing that is already so. */
export async function ensureApplication(graph: Graph, wanted: Registration): Promise<Application> {
  const found =
    (await applicationByTag(graph, wanted.tag)) ??
    (wanted.uri ? await applicationByUri(graph, wanted.uri) : undefined);
  if (!found) {
    const made = await graph.write("POST", "/applications", creation(wanted));
    return Application.parse({ ...blank(wanted.displayName), ...(made as object) });
  }
  const change = completion(found, wanted);
  const first = change && disabling(found, change);
  if (first) await graph.write("PATCH", `/applications/${found.id}`, first);
  // A replica that does not know of it yet refuses as before.
  if (change) await graph.write("PATCH", `/applications/${found.id}`, change, first !== undefined);
  // A list leaves out the certificates themselves; one object, asked for by name, has them.
  return (await applicationByAppId(graph, found.appId)) ?? found;
}

/** What a dry run knows of an application that does not exist. */
const blank = (displayName: string) => ({
  id: unknownId(displayName),
  appId: unknownId(displayName),
  identifierUris: [],
  appRoles: [],
  requiredResourceAccess: [],
  passwordCredentials: [],
  keyCredentials: [],
});

/**
 * An application's presence in the tenant; without it no role of it, or to it, can be granted.
 *
 * @param assignmentRequired set where it is wanted; never taken away where somebody else has set it
 */
export async function ensurePrincipal(
  graph: Graph,
  appId: string,
  assignmentRequired: boolean,
): Promise<ServicePrincipal | undefined> {
  const found = appId.startsWith("<") ? undefined : await principalOf(graph, appId);
  const required = assignmentRequired && { appRoleAssignmentRequired: true };
  if (!found) {
    await graph.write("POST", "/servicePrincipals", { appId, ...required }, true);
    return undefined;
  }
  if (required && !found.appRoleAssignmentRequired)
    await graph.write("PATCH", `/servicePrincipals/${found.id}`, required);
  return found;
}
