import * as z from "zod";
import { refuseCount } from "../applications/applications.ts";
import {
  applicationOf,
  findServicePrincipal,
  isLive,
  servicePrincipalOf,
} from "../applications/find-application.ts";
import { type Directory, now } from "../directory.ts";
import { demand, demandOwnership, READ_APPLICATIONS } from "../graph/caller.ts";
import {
  bodyOf,
  type GraphCall,
  type GraphReply,
  type GraphRoute,
  noContent,
  param,
} from "../graph/graph-call.ts";
import { badRequest, GraphError } from "../graph/graph-error.ts";
import type { FilterRules } from "../graph/odata-filter.ts";
import { listReply } from "../graph/odata-list.ts";
import { contextOf, selectionOf } from "../graph/odata-select.ts";
import type { ServicePrincipalRecord } from "../state.ts";
import { expandedAssignments } from "./expanded-assignments.ts";
import { addServicePrincipal, currentServicePrincipal } from "./service-principal-lifecycle.ts";

const changes = {
  accountEnabled: z.boolean().optional(),
  appRoleAssignmentRequired: z.boolean().optional(),
  description: z.string().nullable().optional(),
  notes: z.string().nullable().optional(),
  tags: z.array(z.string().regex(/^\S+$/).max(256)).optional(),
};
const createBody = z.strictObject({ appId: z.guid(), ...changes });
const updateBody = z.strictObject(changes);

const FILTERS: FilterRules = {
  resource: "ServicePrincipal",
  properties: {
    id: ["eq", "in"],
    appId: ["eq", "in"],
    displayName: ["eq", "in", "startswith"],
    servicePrincipalNames: ["any-eq", "any-startswith"],
    servicePrincipalType: ["eq", "in"],
    tags: ["any-eq", "any-startswith"],
  },
};

/** `/servicePrincipals`: an application's presence in the tenant, to which roles are granted. */
export function servicePrincipalRoutes(directory: Directory): GraphRoute[] {
  const { servicePrincipals } = directory.state;

  const reply = (call: GraphCall, status: number, record: ServicePrincipalRecord): GraphReply => ({
    status,
    ...(status === 201
      ? { headers: { Location: `${call.origin}/v1.0/servicePrincipals/${record.id}` } }
      : {}),
    body: {
      "@odata.context": contextOf(call.origin, "servicePrincipals", call.query, true),
      ...selectionOf(call.query, "servicePrincipal")(currentServicePrincipal(directory, record)),
    },
  });

  const list = (call: GraphCall): GraphReply => {
    demand(call.caller, READ_APPLICATIONS);
    const expanded = expandedAssignments(directory, call);
    return listReply(call, {
      set: "servicePrincipals",
      type: "servicePrincipal",
      rules: FILTERS,
      records: servicePrincipals
        .all()
        .filter((record) => isLive(record) && directory.faults.listed(record)),
      // A list is searched by what is shown of every record: nothing is copied that nobody asked for.
      view: (record) => {
        const principal = currentServicePrincipal(directory, record);
        return expanded ? { ...principal, ...expanded(record) } : principal;
      },
    });
  };

  const read = (call: GraphCall): GraphReply => {
    demand(call.caller, READ_APPLICATIONS);
    return reply(call, 200, findServicePrincipal(directory, param(call, "id")));
  };

  const create = (call: GraphCall): GraphReply => {
    const { appId, ...input } = bodyOf(call, createBody, "ServicePrincipal");
    const application = applicationOf(directory, appId.toLowerCase());
    if (!application || !directory.faults.visible(application)) {
      // Recorded in openshift-azure#1534; `NoBackingApplicationObject` is the property's code there, not the error's.
      throw badRequest(
        `The appId '${appId}' of the service principal does not reference a valid application object.`,
      );
    }
    demandOwnership(call.caller, application);
    if (servicePrincipalOf(directory, application.object.appId)) {
      throw new GraphError(
        409,
        "Request_MultipleObjectsWithSameKeyValue",
        `The service principal cannot be created, updated, or restored because the service principal name ${appId} is already in use.`,
      );
    }
    directory.faults.refuseMore();
    const record = addServicePrincipal(directory, application, {
      owners: [call.caller.objectId],
      createdMs: now().getTime(),
      input,
    });
    return reply(call, 201, record);
  };

  const update = (call: GraphCall): GraphReply => {
    const record = findServicePrincipal(directory, param(call, "id"));
    demandOwnership(call.caller, record);
    const input = bodyOf(call, updateBody, "ServicePrincipal");
    const defined = Object.entries(input).filter(([, value]) => value !== undefined);
    const object = { ...record.object, ...Object.fromEntries(defined) };
    servicePrincipals.put({ ...record, object });
    return noContent;
  };

  const remove = (call: GraphCall): GraphReply => {
    const record = findServicePrincipal(directory, param(call, "id"));
    demandOwnership(call.caller, record);
    if (record.id === directory.identity.graphServicePrincipalId) {
      throw badRequest("Specified App Principal ID is a Microsoft internal first party.");
    }
    const object = { ...record.object, deletedDateTime: now().toISOString() };
    servicePrincipals.put({ ...record, object });
    return noContent;
  };

  return [
    { method: "GET", template: "/servicePrincipals", handle: list },
    { method: "POST", template: "/servicePrincipals", handle: create },
    { method: "GET", template: "/servicePrincipals/$count", handle: refuseCount },
    { method: "GET", template: "/servicePrincipals/{id}", handle: read },
    { method: "PATCH", template: "/servicePrincipals/{id}", handle: update },
    { method: "DELETE", template: "/servicePrincipals/{id}", handle: remove },
  ];
}
