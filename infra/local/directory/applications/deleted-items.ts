import type { Directory } from "../directory.ts";
import { demand, demandOwnership, LIST_DELETED, READ_APPLICATIONS } from "../graph/caller.ts";
import {
  type GraphCall,
  type GraphReply,
  type GraphRoute,
  noContent,
  param,
} from "../graph/graph-call.ts";
import { GraphError, notFound } from "../graph/graph-error.ts";
import { listReply } from "../graph/odata-list.ts";
import { selectionOf } from "../graph/odata-select.ts";
import type { ApplicationRecord, ServicePrincipalRecord } from "../state.ts";
import { withoutKeys } from "./application-merge.ts";
import { APPLICATION_FILTERS } from "./applications.ts";
import { applicationOf, isLive, servicePrincipalOf } from "./find-application.ts";

const KEPT_DAYS = 30;
const DAY_MS = 86_400_000;

/**
 * `/directory/deletedItems`: where a deleted application waits 30 days. Listing needs `Application.Read.All`; reading,
 * restoring or purging a known one does not, if the caller owns it.
 */
export function deletedItemRoutes(directory: Directory): GraphRoute[] {
  const { applications, servicePrincipals, assignments } = directory.state;

  const purge = (record: ApplicationRecord): void => {
    applications.delete(record.id);
    for (const principal of servicePrincipals.by("appId", record.object.appId)) {
      for (const assignment of assignments.by("principalId", principal.id))
        assignments.delete(assignment.id);
      servicePrincipals.delete(principal.id);
    }
  };

  /** The directory purges by itself; looking is when it shows. */
  const purgeExpired = (): void => {
    const limit = Date.now() - KEPT_DAYS * DAY_MS;
    for (const record of applications.all()) {
      const { deletedDateTime } = record.object;
      if (deletedDateTime !== null && Date.parse(deletedDateTime) < limit) purge(record);
    }
  };

  const find = (call: GraphCall): ApplicationRecord => {
    const id = param(call, "id");
    const record = applications.get(id.toLowerCase());
    if (!record || isLive(record)) throw notFound(id);
    const { deletedDateTime } = record.object;
    if (deletedDateTime !== null && Date.parse(deletedDateTime) < Date.now() - KEPT_DAYS * DAY_MS) {
      purge(record);
      throw notFound(id);
    }
    return record;
  };

  const context = (call: GraphCall) => `${call.origin}/v1.0/$metadata#directoryObjects/$entity`;

  const list = (call: GraphCall): GraphReply => {
    demand(call.caller, LIST_DELETED);
    purgeExpired();
    return listReply(call, {
      set: "applications",
      type: "application",
      rules: APPLICATION_FILTERS,
      records: applications.all().filter((record) => !isLive(record)),
      view: ({ object }) => withoutKeys(object),
    });
  };

  const read = (call: GraphCall): GraphReply => {
    demand(call.caller, READ_APPLICATIONS);
    const { object } = find(call);
    return {
      status: 200,
      body: {
        "@odata.context": context(call),
        "@odata.type": "#microsoft.graph.application",
        ...selectionOf(call.query, "application")(withoutKeys(object)),
      },
    };
  };

  /** A service principal is a deleted item of its own. */
  const restorePrincipal = (call: GraphCall, record: ServicePrincipalRecord): GraphReply => {
    demandOwnership(call.caller, record);
    const { appId } = record.object;
    if (!applicationOf(directory, appId) || servicePrincipalOf(directory, appId))
      throw new GraphError(
        409,
        "Request_MultipleObjectsWithSameKeyValue",
        `The service principal cannot be created, updated, or restored because the service principal name ${appId} is already in use.`,
      );
    const object = { ...record.object, deletedDateTime: null };
    servicePrincipals.put({ ...record, object });
    return {
      status: 200,
      body: {
        "@odata.context": context(call),
        "@odata.type": "#microsoft.graph.servicePrincipal",
        ...object,
      },
    };
  };

  const restore = (call: GraphCall): GraphReply => {
    const principal = servicePrincipals.get(param(call, "id").toLowerCase());
    if (principal && principal.object.deletedDateTime !== null)
      return restorePrincipal(call, principal);
    const record = find(call);
    demandOwnership(call.caller, record);
    if (call.caller.kind === "application") directory.faults.refuseLost(record.object);
    directory.faults.countWrite(record.object);
    // "Restoring an application doesn't restore the associated service principal automatically" (Graph, Restore deleted item).
    const object = { ...record.object, deletedDateTime: null };
    applications.put({ ...record, object });
    return {
      status: 200,
      body: {
        "@odata.context": context(call),
        "@odata.type": "#microsoft.graph.application",
        ...object,
      },
    };
  };

  const remove = (call: GraphCall): GraphReply => {
    const record = find(call);
    demandOwnership(call.caller, record);
    if (call.caller.kind === "application") directory.faults.refuseLost(record.object);
    directory.faults.countWrite(record.object);
    purge(record);
    return noContent;
  };

  return [
    {
      method: "GET",
      template: "/directory/deletedItems/microsoft.graph.application",
      handle: list,
    },
    { method: "GET", template: "/directory/deletedItems/{id}", handle: read },
    { method: "DELETE", template: "/directory/deletedItems/{id}", handle: remove },
    { method: "POST", template: "/directory/deletedItems/{id}/restore", handle: restore },
  ];
}
