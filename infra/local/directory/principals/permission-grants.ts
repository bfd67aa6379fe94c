import { randomUUID } from "node:crypto";
import * as z from "zod";
import { findServicePrincipal } from "../applications/find-application.ts";
import type { Directory } from "../directory.ts";
import { demand, READ_APPLICATIONS } from "../graph/caller.ts";
import {
  bodyOf,
  type GraphCall,
  type GraphReply,
  type GraphRoute,
  noContent,
  param,
} from "../graph/graph-call.ts";
import { GraphError, notFound } from "../graph/graph-error.ts";
import type { FilterRules } from "../graph/odata-filter.ts";
import { listReply } from "../graph/odata-list.ts";

const input = z.strictObject({
  clientId: z.guid(),
  consentType: z.enum(["AllPrincipals", "Principal"]),
  principalId: z.guid().nullable().optional(),
  resourceId: z.guid(),
  scope: z.string(),
});
const kept = z.array(z.object({ id: z.string(), sequence: z.number(), object: z.looseObject({}) }));
type Kept = z.infer<typeof kept>;

const KEPT_AS = "oauth2PermissionGrants";
const MANAGE = ["DelegatedPermissionGrant.ReadWrite.All"] as const;
const FILTERS: FilterRules = {
  resource: "OAuth2PermissionGrant",
  properties: { clientId: ["eq"], consentType: ["eq"], resourceId: ["eq"], principalId: ["eq"] },
};

/**
 * `/oauth2PermissionGrants`: delegated consent. In a B2C tenant people cannot consent for themselves, so a set-up script
 * grants the portal its scopes here. Nothing in this stand-in depends on them.
 */
export function permissionGrantRoutes(directory: Directory): GraphRoute[] {
  const { single } = directory.state;
  const all = (): Kept => kept.parse(single.get(KEPT_AS) ?? []);

  const list = (call: GraphCall): GraphReply => {
    demand(call.caller, [...READ_APPLICATIONS, ...MANAGE]);
    return listReply(call, {
      set: KEPT_AS,
      type: "oAuth2PermissionGrant",
      rules: FILTERS,
      records: all(),
    });
  };

  const create = (call: GraphCall): GraphReply => {
    demand(call.caller, MANAGE);
    const wanted = bodyOf(call, input, "OAuth2PermissionGrant");
    findServicePrincipal(directory, wanted.clientId);
    findServicePrincipal(directory, wanted.resourceId);
    const clash = all().some(
      ({ object }) =>
        object["clientId"] === wanted.clientId &&
        object["resourceId"] === wanted.resourceId &&
        object["consentType"] === wanted.consentType,
    );
    if (clash)
      throw new GraphError(409, "Request_EntryAlreadyExists", "Permission entry already exists.");
    const object = { id: randomUUID(), principalId: null, ...wanted };
    const record = { id: object.id, sequence: directory.state.nextSequence(), object };
    single.put(KEPT_AS, [...all(), record]);
    const context = `${call.origin}/v1.0/$metadata#${KEPT_AS}/$entity`;
    return { status: 201, body: { "@odata.context": context, ...object } };
  };

  const remove = (call: GraphCall): GraphReply => {
    demand(call.caller, MANAGE);
    const left = all().filter(({ id }) => id !== param(call, "id"));
    if (left.length === all().length) throw notFound(param(call, "id"));
    single.put(KEPT_AS, left);
    return noContent;
  };

  return [
    { method: "GET", template: `/${KEPT_AS}`, handle: list },
    { method: "POST", template: `/${KEPT_AS}`, handle: create },
    { method: "DELETE", template: `/${KEPT_AS}/{id}`, handle: remove },
  ];
}
