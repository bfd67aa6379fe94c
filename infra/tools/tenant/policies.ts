import * as z from "zod";
import { type Graph, GraphFailure } from "./graph.ts";

/**
 * The app management policies of a tenant: what its administrators forbid of everybody's applications. Source: the Graph
 * reference, v1.0, tenantAppManagementPolicy and appManagementPolicy; reading them wants Policy.Read.All (a person: Global Reader).
 */

const Restriction = z.looseObject({
  restrictionType: z.string(),
  state: z.string().nullish(),
  maxLifetime: z.string().nullish(),
  restrictForAppsCreatedAfterDateTime: z.string().nullish(),
  excludeActors: z.unknown().optional(),
});
export type Restriction = z.infer<typeof Restriction>;
const Restrictions = z.looseObject({
  passwordCredentials: z.array(Restriction).nullish(),
  keyCredentials: z.array(Restriction).nullish(),
});

const TenantPolicy = z.looseObject({
  isEnabled: z.boolean(),
  applicationRestrictions: Restrictions.nullish(),
});
const OwnPolicy = z.looseObject({
  id: z.string(),
  displayName: z.string().nullish(),
  isEnabled: z.boolean(),
  restrictions: Restrictions.nullish(),
});
const Named = z.looseObject({ id: z.string() });

/** One that is on, with what it restricts. */
export interface Policy {
  /** As people are told of it. */
  readonly name: string;
  readonly restrictions: readonly Restriction[];
}

export interface Policies {
  /** Of all applications that have none of their own. */
  readonly tenant: Policy;
  /** Those that clients have of their own, each with how many. */
  readonly own: readonly (Policy & { readonly clients: number })[];
}

/** What Graph says to who may not look, or where there is nothing to look at. */
const NOT_HERE = [400, 401, 403, 404];

/** Nothing when whoever asks may not read them. */
export async function readPolicies(graph: Graph): Promise<Policies | undefined> {
  try {
    const tenant = TenantPolicy.parse(await graph.get("/policies/defaultAppManagementPolicy"));
    const listed = z.array(OwnPolicy).parse(await graph.list("/policies/appManagementPolicies"));
    const own = listed.filter(({ isEnabled }) => isEnabled);
    return {
      tenant: {
        name: "The tenant's app management policy",
        restrictions: tenant.isEnabled ? inForce(tenant.applicationRestrictions) : [],
      },
      own: await ofClients(graph, own),
    };
  } catch (error) {
    if (error instanceof GraphFailure && NOT_HERE.includes(error.status)) return undefined;
    throw error;
  }
}

async function ofClients(
  graph: Graph,
  policies: readonly z.infer<typeof OwnPolicy>[],
): Promise<Policies["own"]> {
  if (policies.length === 0) return [];
  const filter = encodeURIComponent("tags/any(t:t eq 'latchkey')");
  const listed = await graph.list(`/applications?$filter=${filter}&$top=999&$select=id`);
  const clients = new Set(
    z
      .array(Named)
      .parse(listed)
      .map(({ id }) => id),
  );
  const found: (Policy & { clients: number })[] = [];
  for (const { id, displayName, restrictions } of policies) {
    const objects = await graph.list(`/policies/appManagementPolicies/${id}/appliesTo`);
    const ours = z
      .array(Named)
      .parse(objects)
      .filter((one) => clients.has(one.id));
    if (ours.length === 0) continue;
    const name = `The app management policy ${displayName || id}`;
    found.push({ name, restrictions: inForce(restrictions), clients: ours.length });
  }
  return found;
}

/** The member `state` is younger than the policies: without it a restriction is on. */
const inForce = (restrictions: z.infer<typeof Restrictions> | null | undefined): Restriction[] =>
  [...(restrictions?.passwordCredentials ?? []), ...(restrictions?.keyCredentials ?? [])].filter(
    ({ state }) => state !== "disabled",
  );
