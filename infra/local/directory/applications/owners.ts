import * as z from "zod";
import type { Directory } from "../directory.ts";
import { demand, demandOwners, demandOwnership, READ_APPLICATIONS } from "../graph/caller.ts";
import {
  bodyOf,
  type GraphCall,
  type GraphReply,
  type GraphRoute,
  noContent,
  param,
} from "../graph/graph-call.ts";
import { badRequest, notFound } from "../graph/graph-error.ts";
import { listReply } from "../graph/odata-list.ts";
import { findApplication, findServicePrincipal, isLive } from "./find-application.ts";

const reference = z.object({ "@odata.id": z.string() });

/** `/applications/{id}/owners` and the same of service principals: what `Application.ReadWrite.OwnedBy` goes by. */
export function ownerRoutes(directory: Directory): GraphRoute[] {
  const { applications, servicePrincipals } = directory.state;

  const show = (id: string): object => {
    const principal = servicePrincipals.get(id);
    return principal
      ? { "@odata.type": "#microsoft.graph.servicePrincipal", ...principal.object }
      : { "@odata.type": "#microsoft.graph.user", id };
  };

  const of = (resource: "applications" | "servicePrincipals"): GraphRoute[] => {
    const find = (call: GraphCall) =>
      resource === "applications"
        ? findApplication(directory, param(call, "id"))
        : findServicePrincipal(directory, param(call, "id"));

    const setOwners = (id: string, owners: readonly string[]): void => {
      const application = applications.get(id);
      if (application) applications.put({ ...application, owners });
      const principal = servicePrincipals.get(id);
      if (principal) servicePrincipals.put({ ...principal, owners });
    };

    const list = (call: GraphCall): GraphReply => {
      demand(call.caller, READ_APPLICATIONS);
      return {
        status: 200,
        body: {
          "@odata.context": `${call.origin}/v1.0/$metadata#directoryObjects`,
          value: find(call).owners.map(show),
        },
      };
    };

    const add = (call: GraphCall): GraphReply => {
      const record = find(call);
      demandOwnership(call.caller, record);
      demandOwners(call.caller);
      const target = bodyOf(call, reference, "DirectoryObject")["@odata.id"];
      const id = /([\da-f-]{36})'?\)?$/i.exec(target)?.[1]?.toLowerCase();
      if (id === undefined)
        throw badRequest("Invalid URL format specified in @odata.id reference.");
      if (record.owners.includes(id)) {
        throw badRequest(
          "One or more added object references already exist for the following modified properties: 'owners'.",
        );
      }
      setOwners(record.id, [...record.owners, id]);
      return noContent;
    };

    const remove = (call: GraphCall): GraphReply => {
      const record = find(call);
      demandOwnership(call.caller, record);
      const id = param(call, "ownerId").toLowerCase();
      if (!record.owners.includes(id)) throw notFound(id);
      setOwners(
        record.id,
        record.owners.filter((owner) => owner !== id),
      );
      return noContent;
    };

    return [
      { method: "GET", template: `/${resource}/{id}/owners`, handle: list },
      { method: "POST", template: `/${resource}/{id}/owners/$ref`, handle: add },
      { method: "DELETE", template: `/${resource}/{id}/owners/{ownerId}/$ref`, handle: remove },
    ];
  };

  /** What a service principal owns, of whatever kind (Graph: list ownedObjects). */
  const owned = (call: GraphCall): GraphReply => {
    demand(call.caller, READ_APPLICATIONS);
    const { id } = findServicePrincipal(directory, param(call, "id"));
    const isOwn = ({ owners }: { readonly owners: readonly string[] }) => owners.includes(id);
    return listReply(call, {
      set: "directoryObjects",
      type: "application",
      rules: { resource: "DirectoryObject", properties: {} },
      records: applications.all().filter((record) => isLive(record) && isOwn(record)),
    });
  };

  return [
    ...of("applications"),
    ...of("servicePrincipals"),
    { method: "GET", template: "/servicePrincipals/{id}/ownedObjects", handle: owned },
  ];
}
