import type { Directory } from "../directory.ts";
import { type GraphCall, param } from "../graph/graph-call.ts";
import { applicationOf, findApplication, findServicePrincipal } from "./find-application.ts";

/** The fault `lostOwnership`: a change that an application asks of what it no longer owns. @throws 403, and 404 first */
export function refuseLost(directory: Directory, call: GraphCall, template: string): void {
  if (!directory.faults.current.lostOwnership) return;
  if (call.method === "GET" || call.caller.kind !== "application") return;
  const [resource, key] = template.slice(1).split("/");
  if (key !== "{id}") return;
  const id = param(call, "id");
  if (resource === "applications")
    directory.faults.refuseLost(findApplication(directory, id).object);
  if (resource !== "servicePrincipals") return;
  const { appId } = findServicePrincipal(directory, id).object;
  const application = applicationOf(directory, appId);
  // Roles are granted by another permission, which nobody took away.
  if (application && !template.includes("/appRole"))
    directory.faults.refuseLost(application.object);
}
