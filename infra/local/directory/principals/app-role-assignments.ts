import * as z from "zod";
import { findServicePrincipal, isLive } from "../applications/find-application.ts";
import type { Directory } from "../directory.ts";
import { demand, GRANT, READ_APPLICATIONS } from "../graph/caller.ts";
import {
  bodyOf,
  type GraphCall,
  type GraphReply,
  type GraphRoute,
  noContent,
  param,
} from "../graph/graph-call.ts";
import { badRequest, notFound } from "../graph/graph-error.ts";
import type { FilterRules } from "../graph/odata-filter.ts";
import { listReply } from "../graph/odata-list.ts";
import type { AssignmentRecord } from "../state.ts";
import { addAssignment } from "./service-principal-lifecycle.ts";

const body = z.strictObject({ principalId: z.guid(), resourceId: z.guid(), appRoleId: z.guid() });
const FILTERS: FilterRules = {
  resource: "AppRoleAssignment",
  properties: {
    resourceId: ["eq"],
    principalId: ["eq"],
    principalDisplayName: ["eq", "startswith"],
  },
};

/**
 * Consent: a role of a resource, granted to a client's service principal. The same assignments, seen from the client
 * (`appRoleAssignments`) and from the resource (`appRoleAssignedTo`).
 */
export function appRoleAssignmentRoutes(directory: Directory): GraphRoute[] {
  const { assignments, servicePrincipals } = directory.state;

  const visible = ({ object }: AssignmentRecord): boolean => {
    const ends = [
      servicePrincipals.get(object.principalId),
      servicePrincipals.get(object.resourceId),
    ];
    return ends.every((end) => end !== undefined && isLive(end) && directory.faults.visible(end));
  };

  const side = (collection: "appRoleAssignments" | "appRoleAssignedTo"): GraphRoute[] => {
    const key = collection === "appRoleAssignments" ? "principalId" : "resourceId";
    const template = `/servicePrincipals/{id}/${collection}`;

    const list = (call: GraphCall): GraphReply => {
      demand(call.caller, [...READ_APPLICATIONS, ...GRANT]);
      const { id } = findServicePrincipal(directory, param(call, "id"));
      const shows = directory.faults.nextReplica();
      return listReply(call, {
        set: `servicePrincipals('${id}')/${collection}`,
        type: "appRoleAssignment",
        rules: FILTERS,
        records: assignments
          .by(key, id)
          .filter((record) => visible(record) && directory.faults.listed(record) && shows(record)),
      });
    };

    const grant = (call: GraphCall): GraphReply => {
      demand(call.caller, GRANT);
      const { id } = findServicePrincipal(directory, param(call, "id"));
      const wanted = bodyOf(call, body, "AppRoleAssignment");
      if (wanted[key].toLowerCase() !== id) {
        throw badRequest(`Property '${key}' does not match the service principal of the request.`);
      }
      const { object } = addAssignment(
        directory,
        findServicePrincipal(directory, wanted.principalId),
        findServicePrincipal(directory, wanted.resourceId),
        wanted.appRoleId.toLowerCase(),
      );
      return {
        status: 201,
        body: {
          "@odata.context": `${call.origin}/v1.0/$metadata#servicePrincipals('${id}')/${collection}/$entity`,
          ...object,
        },
      };
    };

    const find = (call: GraphCall): AssignmentRecord => {
      const { id } = findServicePrincipal(directory, param(call, "id"));
      const record = assignments.get(param(call, "assignmentId"));
      if (!record || record.object[key] !== id) throw notFound(param(call, "assignmentId"));
      return record;
    };

    const revoke = (call: GraphCall): GraphReply => {
      demand(call.caller, GRANT);
      assignments.delete(find(call).id);
      return noContent;
    };

    const read = (call: GraphCall): GraphReply => {
      demand(call.caller, [...READ_APPLICATIONS, ...GRANT]);
      return { status: 200, body: find(call).object };
    };

    return [
      { method: "GET", template, handle: list },
      { method: "POST", template, handle: grant },
      { method: "GET", template: `${template}/{assignmentId}`, handle: read },
      { method: "DELETE", template: `${template}/{assignmentId}`, handle: revoke },
    ];
  };

  return [...side("appRoleAssignments"), ...side("appRoleAssignedTo")];
}
