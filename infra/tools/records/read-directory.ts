import * as z from "zod";
import { PasswordCredential } from "../../../shared/adapters/directory/application.ts";
import { KeyCredentials } from "../../../shared/adapters/directory/key-credential.ts";
import { TAG } from "../../../shared/adapters/directory/tags.ts";
import { endingsOf } from "../../../shared/clients/credential.ts";
import { type RoleApi, roleIn } from "../../../shared/clients/role-api.ts";
import type { Graph } from "../tenant/graph.ts";
import { readTags } from "./read-tags.ts";
import type { Grant, TaggedClient } from "./rebuild-record.ts";

/** Everything the directory knows of this product's clients: two lists, page by page. */

export interface ResourceRoles {
  /** The backend's client id: what it does not own it cannot have made. */
  readonly backendAppId: string;
  /** The APIs whose roles clients ask for. */
  readonly apis: readonly RoleApi[];
}

export interface DirectoryContent {
  /** When it was begun to be read: what has changed since may be here as it was, or as it is. */
  readonly since: Date;
  readonly clients: readonly TaggedClient[];
  /** By client id (OAuth). */
  readonly grants: ReadonlyMap<string, Grant>;
  /** Registrations with this product's tag whose owner cannot be read from it. */
  readonly unreadable: readonly string[];
  /** With this product's tags, and not the backend's own: anybody may write tags on what is theirs. */
  readonly notOwned: readonly string[];
}

const Listed = z.object({
  id: z.guid(),
  appId: z.guid(),
  displayName: z.string(),
  createdDateTime: z.iso.datetime().transform((text) => new Date(text)),
  isDisabled: z.boolean().nullish(),
  tags: z.array(z.string()),
  passwordCredentials: z.array(PasswordCredential),
  keyCredentials: KeyCredentials,
  requiredResourceAccess: z.array(
    z.object({ resourceAppId: z.string(), resourceAccess: z.array(z.object({ id: z.string() })) }),
  ),
});
const Assigned = z.object({
  principalId: z.guid(),
  appRoleId: z.string(),
  createdDateTime: z.iso
    .datetime()
    .nullish()
    .transform((text) => new Date(text ?? 0)),
});
const Principal = z.object({ id: z.guid(), appId: z.guid() });

const SELECT =
  "id,appId,displayName,createdDateTime,isDisabled,tags,requiredResourceAccess,passwordCredentials,keyCredentials";
/** Without advanced queries, which B2C tenants lack, `in` takes so many values and no more. */
const MAX_ALTERNATIVES = 15;

/** @param subscriptions names to try for tags that hold only a digest of a very long one */
export async function readDirectory(
  graph: Graph,
  wanted: ResourceRoles,
  subscriptions: readonly string[] = [],
): Promise<DirectoryContent> {
  const since = new Date();
  const filter = encodeURIComponent(`tags/any(t:t eq '${TAG}')`);
  const listed = await graph.list(`/applications?$filter=${filter}&$select=${SELECT}&$top=999`);
  const owned = await readOwned(graph, wanted.backendAppId);
  const clients: TaggedClient[] = [];
  const unreadable: string[] = [];
  const notOwned: string[] = [];
  for (const registration of z.array(Listed).parse(listed)) {
    const { tags, requiredResourceAccess, createdDateTime, isDisabled, ...shown } = registration;
    const { passwordCredentials: held, keyCredentials: certificates, ...rest } = shown;
    if (!owned.has(rest.id)) {
      notOwned.push(rest.id);
      continue;
    }
    const read = readTags(tags, subscriptions);
    const roles = wanted.apis.flatMap((api) =>
      requiredResourceAccess
        .filter(({ resourceAppId }) => resourceAppId === api.appId)
        .flatMap(({ resourceAccess }) => resourceAccess.flatMap(({ id }) => roleIn(api, id) ?? [])),
    );
    const secrets = endingsOf({ secrets: held, certificates });
    const stopped = isDisabled ? { stoppedAt: since } : {};
    if (read)
      clients.push({ ...rest, ...read, ...stopped, createdAt: createdDateTime, roles, secrets });
    else unreadable.push(rest.id);
  }
  return { since, clients, grants: await readGrants(graph, wanted.apis), unreadable, notOwned };
}

/** Everything that the backend owns, by object id. */
async function readOwned(graph: Graph, backendAppId: string): Promise<ReadonlySet<string>> {
  const backend = Principal.parse(
    await graph.get(`/servicePrincipals(appId='${backendAppId}')?$select=id,appId`),
  );
  const owned = await graph.list(
    `/servicePrincipals/${backend.id}/ownedObjects?$select=id&$top=999`,
  );
  return new Set(
    z
      .array(z.object({ id: z.guid() }))
      .parse(owned)
      .map(({ id }) => id),
  );
}

/** Every grant of a role that this service knows, of one API. */
async function readAssigned(graph: Graph, api: RoleApi) {
  const resource = Principal.parse(
    await graph.get(`/servicePrincipals(appId='${api.appId}')?$select=id,appId`),
  );
  const assignments = z
    .array(Assigned)
    .parse(await graph.list(`/servicePrincipals/${resource.id}/appRoleAssignedTo?$top=999`));
  return assignments.flatMap((one) => {
    const role = roleIn(api, one.appRoleId);
    return role ? [{ ...one, role }] : [];
  });
}

async function readGrants(graph: Graph, apis: readonly RoleApi[]): Promise<Map<string, Grant>> {
  const assigned = await Promise.all(apis.map((api) => readAssigned(graph, api)));
  const byPrincipal = new Map<string, Grant>();
  for (const { principalId, role, createdDateTime } of assigned.flat()) {
    const known = byPrincipal.get(principalId);
    byPrincipal.set(principalId, {
      principalId,
      roles: [...(known?.roles ?? []), role],
      at: known && known.at > createdDateTime ? known.at : createdDateTime,
    });
  }
  const grants = new Map<string, Grant>();
  const ids = [...byPrincipal.keys()];
  for (let at = 0; at < ids.length; at += MAX_ALTERNATIVES) {
    const some = ids.slice(at, at + MAX_ALTERNATIVES).map((id) => `'${id}'`);
    const filter = encodeURIComponent(`id in (${some.join(",")})`);
    const found = await graph.list(`/servicePrincipals?$filter=${filter}&$select=id,appId`);
    for (const { id, appId } of z.array(Principal).parse(found)) {
      const grant = byPrincipal.get(id);
      if (grant) grants.set(appId, grant);
    }
  }
  return grants;
}
