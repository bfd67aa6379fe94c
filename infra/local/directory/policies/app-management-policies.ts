import { randomUUID } from "node:crypto";
import * as z from "zod";
import { findApplication } from "../applications/find-application.ts";
import type { Directory } from "../directory.ts";
import { demand } from "../graph/caller.ts";
import {
  bodyOf,
  type GraphCall,
  type GraphReply,
  type GraphRoute,
  noContent,
  param,
} from "../graph/graph-call.ts";
import { badRequest, notFound } from "../graph/graph-error.ts";
import {
  type AppManagement,
  type AppManagementPolicy,
  appManagementOf,
  keepAppManagement,
  restrictionsInput,
} from "./app-management-state.ts";

const READ = [
  "Policy.Read.All",
  "Policy.Read.ApplicationConfiguration",
  "Policy.ReadWrite.ApplicationConfiguration",
];
const WRITE = ["Policy.ReadWrite.ApplicationConfiguration"];

const base = {
  displayName: z.string().min(1).optional(),
  description: z.string().nullable().optional(),
  isEnabled: z.boolean().optional(),
};
const tenantBody = z.strictObject({
  ...base,
  applicationRestrictions: restrictionsInput.optional(),
});
const ownBody = z.strictObject({ ...base, restrictions: restrictionsInput.optional() });
const reference = z.strictObject({ "@odata.id": z.string() });

/**
 * `/policies/defaultAppManagementPolicy`, `/policies/appManagementPolicies`, and which of these an application has of its own.
 * Source: the Graph reference, v1.0, "tenantAppManagementPolicy" and "appManagementPolicy"; of what can be restricted only that
 * of applications. An administrator sets them, as in Azure.
 */
export function appManagementRoutes(directory: Directory): GraphRoute[] {
  const one = "/policies/appManagementPolicies/{policyId}";
  const ofApplication = "/applications/{id}/appManagementPolicies";
  const change = (next: (now: AppManagement) => AppManagement) =>
    keepAppManagement(directory, next(appManagementOf(directory)));
  const found = (call: GraphCall): AppManagementPolicy => {
    const id = param(call, "policyId");
    const policy = appManagementOf(directory).own.find((it) => it.id === id.toLowerCase());
    if (!policy) throw notFound(id);
    return policy;
  };
  const context = (call: GraphCall, path: string) => ({
    "@odata.context": `${call.origin}/v1.0/$metadata#${path}`,
  });
  const reads =
    (read: (call: GraphCall) => object) =>
    (call: GraphCall): GraphReply => {
      demand(call.caller, READ);
      return { status: 200, body: read(call) };
    };
  const writes =
    (write: (call: GraphCall) => GraphReply) =>
    (call: GraphCall): GraphReply => {
      demand(call.caller, WRITE);
      return write(call);
    };
  const list = (call: GraphCall, policies: readonly AppManagementPolicy[]) => ({
    ...context(call, "policies/appManagementPolicies"),
    value: policies,
  });

  return [
    {
      method: "GET",
      template: "/policies/defaultAppManagementPolicy",
      handle: reads((call) => {
        const { restrictions, ...tenant } = appManagementOf(directory).tenant;
        return {
          ...context(call, "policies/defaultAppManagementPolicy/$entity"),
          ...{ ...tenant, applicationRestrictions: restrictions },
          servicePrincipalRestrictions: { passwordCredentials: [], keyCredentials: [] },
        };
      }),
    },
    {
      method: "PATCH",
      template: "/policies/defaultAppManagementPolicy",
      handle: writes((call) => {
        const { applicationRestrictions: restrictions, ...rest } = bodyOf(
          ...([call, tenantBody, "TenantAppManagementPolicy"] as const),
        );
        change((now) => ({ ...now, tenant: changed(now.tenant, { ...rest, restrictions }) }));
        return noContent;
      }),
    },
    {
      method: "GET",
      template: "/policies/appManagementPolicies",
      handle: reads((call) => list(call, appManagementOf(directory).own)),
    },
    {
      method: "POST",
      template: "/policies/appManagementPolicies",
      handle: writes((call) => {
        const input = bodyOf(call, ownBody, "AppManagementPolicy");
        const policy = changed(blank(), input);
        change((now) => ({ ...now, own: [...now.own, policy] }));
        const entity = context(call, "policies/appManagementPolicies/$entity");
        return { status: 201, body: { ...entity, ...policy } };
      }),
    },
    {
      method: "GET",
      template: one,
      handle: reads((call) => ({
        ...context(call, "policies/appManagementPolicies/$entity"),
        ...found(call),
      })),
    },
    {
      method: "DELETE",
      template: one,
      handle: writes((call) => {
        const { id } = found(call);
        change(({ own, assigned, ...now }) => ({
          ...now,
          own: own.filter((it) => it.id !== id),
          assigned: Object.fromEntries(
            Object.entries(assigned).filter(([, policy]) => policy !== id),
          ),
        }));
        return noContent;
      }),
    },
    {
      method: "GET",
      template: `${one}/appliesTo`,
      handle: reads((call) => {
        const { id } = found(call);
        const { assigned } = appManagementOf(directory);
        const value = Object.entries(assigned)
          .filter(([, policy]) => policy === id)
          .map(([application]) => directory.state.applications.get(application)?.object)
          .filter((application) => application !== undefined)
          .map(({ id: own, appId, displayName }) => ({
            "@odata.type": "#microsoft.graph.application",
            ...{ id: own, appId, displayName },
          }));
        return { ...context(call, "directoryObjects"), value };
      }),
    },
    {
      method: "GET",
      template: ofApplication,
      handle: reads((call) => {
        const { own, assigned } = appManagementOf(directory);
        const { id } = findApplication(directory, param(call, "id"));
        return list(
          call,
          own.filter((policy) => policy.id === assigned[id]),
        );
      }),
    },
    {
      method: "POST",
      template: `${ofApplication}/$ref`,
      handle: writes((call) => {
        const { id } = findApplication(directory, param(call, "id"));
        const target = bodyOf(call, reference, "Application")["@odata.id"];
        const wanted = /\/policies\/appManagementPolicies\/([\da-f-]{36})$/i.exec(target)?.[1];
        if (wanted === undefined) throw badRequest("Invalid object identifier.");
        const policy = appManagementOf(directory).own.find((it) => it.id === wanted.toLowerCase());
        if (!policy) throw notFound(wanted);
        change((now) => ({ ...now, assigned: { ...now.assigned, [id]: policy.id } }));
        return noContent;
      }),
    },
  ];
}

const blank = (): AppManagementPolicy => ({
  id: randomUUID(),
  displayName: "",
  description: null,
  isEnabled: true,
  restrictions: { passwordCredentials: [], keyCredentials: [] },
});

type Given = {
  readonly [Name in keyof AppManagementPolicy]?: AppManagementPolicy[Name] | undefined;
};

/** What is not named stays. */
const changed = (policy: AppManagementPolicy, given: Given): AppManagementPolicy => ({
  id: policy.id,
  displayName: given.displayName ?? policy.displayName,
  description: given.description === undefined ? policy.description : given.description,
  isEnabled: given.isEnabled ?? policy.isEnabled,
  restrictions: given.restrictions ?? policy.restrictions,
});
