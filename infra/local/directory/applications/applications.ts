import { type Directory, now } from "../directory.ts";
import { demand, demandOwnership, READ_APPLICATIONS } from "../graph/caller.ts";
import {
  bodyOf,
  createsIfMissing,
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
import type { Application } from "../graph-types.ts";
import { checkKeyPolicy, checkPasswordPolicy } from "../policies/app-management-rules.ts";
import { deleteServicePrincipals } from "../principals/service-principal-lifecycle.ts";
import type { ApplicationRecord } from "../state.ts";
import { type ApplicationInput, applicationInput } from "./application-input.ts";
import { checkLimits } from "./application-limits.ts";
import { mergeInput, withoutKeys } from "./application-merge.ts";
import { findApplication, isLive, uniqueNameOf } from "./find-application.ts";
import { newApplication } from "./new-application.ts";
import { type SecretTexts, withNewPasswords, withValues } from "./new-passwords.ts";

export const APPLICATION_FILTERS: FilterRules = {
  resource: "Application",
  properties: {
    id: ["eq", "in"],
    appId: ["eq", "in"],
    displayName: ["eq", "in", "ge", "le", "startswith"],
    createdDateTime: ["eq", "ge", "le", "in"],
    identifierUris: ["any-eq", "any-startswith"],
    tags: ["any-eq", "any-startswith"],
    signInAudience: ["eq", "in"],
  },
};

/** `/applications`: the registrations themselves. Source: the Graph reference, "application" and "Upsert application". */
export function applicationRoutes(directory: Directory): GraphRoute[] {
  const { applications } = directory.state;

  const list = (call: GraphCall): GraphReply => {
    demand(call.caller, READ_APPLICATIONS);
    return listReply(call, {
      set: "applications",
      type: "application",
      rules: APPLICATION_FILTERS,
      records: applications
        .all()
        .filter((record) => isLive(record) && directory.faults.listed(record)),
      view: ({ object }) => withoutKeys(object),
    });
  };

  const read = (call: GraphCall): GraphReply => {
    demand(call.caller, READ_APPLICATIONS);
    return applicationReply(call, 200, findApplication(directory, param(call, "id")).object);
  };

  const create = (call: GraphCall): GraphReply => {
    demand(call.caller, [
      "Application.ReadWrite.OwnedBy",
      "Application.ReadWrite.All",
      "AppRegistration.Create",
    ]);
    const input = bodyOf(call, applicationInput, "Application");
    const { record, secretTexts } = addApplication(directory, call, input);
    return applicationReply(call, 201, withValues(record.object, secretTexts));
  };

  const update = (call: GraphCall): GraphReply => {
    const uniqueName = uniqueNameOf(param(call, "id"));
    const input = bodyOf(call, applicationInput, "Application");
    let record: ApplicationRecord;
    try {
      record = findApplication(directory, param(call, "id"));
    } catch (error) {
      const upsert = createsIfMissing(call);
      if (!(error instanceof GraphError) || uniqueName === undefined || !upsert) throw error;
      demand(call.caller, ["Application.ReadWrite.OwnedBy", "Application.ReadWrite.All"]);
      return applicationReply(
        call,
        201,
        addApplication(directory, call, { ...input, uniqueName }).record.object,
      );
    }
    demandOwnership(call.caller, record);
    const object = mergeInput(record.object, input);
    checkLimits(object);
    directory.faults.refuseName(object.displayName);
    checkUnique(directory, object);
    checkKeyPolicy(directory, object, record.object.keyCredentials);
    directory.faults.countWrite(object);
    applications.put({ ...record, object });
    return noContent;
  };

  const remove = (call: GraphCall): GraphReply => {
    const record = findApplication(directory, param(call, "id"));
    demandOwnership(call.caller, record);
    directory.faults.countWrite(record.object);
    const deletedDateTime = now().toISOString();
    applications.put({ ...record, object: { ...record.object, deletedDateTime } });
    deleteServicePrincipals(directory, record.object.appId, deletedDateTime);
    return noContent;
  };

  return [
    { method: "GET", template: "/applications", handle: list },
    { method: "POST", template: "/applications", handle: create },
    { method: "GET", template: "/applications/$count", handle: refuseCount },
    { method: "GET", template: "/applications/{id}", handle: read },
    { method: "PATCH", template: "/applications/{id}", handle: update },
    { method: "DELETE", template: "/applications/{id}", handle: remove },
  ];
}

export function refuseCount(): never {
  throw badRequest("$count is not currently supported.");
}

function applicationReply<T extends Pick<Application, "id" | "keyCredentials">>(
  call: GraphCall,
  status: number,
  application: T,
): GraphReply {
  const isAsked = call.query.get("$select")?.split(",").includes("keyCredentials") ?? false;
  const shown = isAsked ? application : withoutKeys(application);
  return {
    status,
    ...(status === 201
      ? { headers: { Location: `${call.origin}/v1.0/applications/${application.id}` } }
      : {}),
    body: {
      "@odata.context": contextOf(call.origin, "applications", call.query, true),
      ...selectionOf(call.query, "application")(shown),
    },
  };
}

function addApplication(
  directory: Directory,
  call: GraphCall,
  { passwordCredentials, ...input }: ApplicationInput,
): { readonly record: ApplicationRecord; readonly secretTexts: SecretTexts } {
  if (input.displayName === undefined) {
    throw badRequest("A value is required for property 'displayName' of resource 'Application'.");
  }
  const { caller } = call;
  const at = now();
  const object = newApplication(input, {
    tenantName: directory.identity.tenantName,
    createdByAppId: caller.kind === "application" ? caller.appId : null,
    at,
  });
  checkLimits(object);
  directory.faults.refuseName(object.displayName);
  checkUnique(directory, object);
  directory.faults.refuseMore();
  directory.faults.countWrite(object);
  const blank: ApplicationRecord = {
    id: object.id,
    sequence: directory.state.nextSequence(),
    createdMs: at.getTime(),
    object,
    owners: [caller.objectId],
    secretHashes: {},
    federated: [],
  };
  checkKeyPolicy(directory, object, []);
  const { record, secretTexts } = withNewPasswords(blank, passwordCredentials);
  for (const credential of record.object.passwordCredentials)
    checkPasswordPolicy(directory, object, credential);
  directory.state.applications.put(record);
  return { record, secretTexts };
}

/** A unique name stays taken while its application is among the deleted items; identifier URIs are released at once. */
function checkUnique(directory: Directory, application: Application): void {
  const { applications } = directory.state;
  const taken = (property: string) =>
    badRequest(`Another object with the same value for property ${property} already exists.`);
  if (
    application.uniqueName !== null &&
    applications
      .by("uniqueName", application.uniqueName)
      .some((other) => other.id !== application.id)
  ) {
    throw taken("uniqueName");
  }
  for (const uri of application.identifierUris) {
    const clash = applications
      .by("identifierUri", uri)
      .some((other) => other.id !== application.id && isLive(other));
    if (clash) throw taken("identifierUris");
  }
}
