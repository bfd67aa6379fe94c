import type { Client } from "@microsoft/microsoft-graph-client";
import type * as z from "zod";
import {
  AppRoleAssignments,
  ASSIGNMENT_SELECT,
  type Assignments,
  ExpandedPrincipals,
  ServicePrincipals,
} from "./consent-answers.ts";
import { allPages } from "./consent-pages.ts";
import { readParts } from "./graph-batch.ts";
import { json } from "./json.ts";
import { ask, type SendDeps } from "./send.ts";

/** Most values that `in` takes where there are no advanced queries, as in a B2C tenant. */
const APPS_A_PART = 15;

/**
 * The service principals of clients, by appId: 15 clients to a part, 300 to a call. A client has one only from when somebody has
 * begun to consent, so that of those who wait nearly all are answered for by not being in it. One about which the directory
 * refuses to answer is missing too.
 */
export async function principalsOf(
  deps: SendDeps,
  client: Client,
  appIds: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const parts = partsOf(appIds, "", ServicePrincipals);
  const found = new Map<string, string>();
  for (const part of (await readParts(deps, client, parts)).values()) {
    if (part.kind !== "found") continue;
    for (const { id, appId } of await allPages(deps, client, ServicePrincipals, part.body))
      found.set(appId.toLowerCase(), id);
  }
  return found;
}

const partsOf = <T>(appIds: readonly string[], expand: string, answer: z.ZodType<T>) =>
  Array.from({ length: Math.ceil(appIds.length / APPS_A_PART) }, (_, at) => {
    const some = appIds.slice(at * APPS_A_PART, (at + 1) * APPS_A_PART);
    const filter = encodeURIComponent(`appId in (${some.map((id) => `'${id}'`).join(",")})`);
    const url = `/servicePrincipals?$filter=${filter}&$select=id,appId${expand}`;
    return { id: `apps-${at}`, url, answer };
  });

/** `$expand` shows so many related objects and no link to more. */
const MOST_EXPANDED = 20;

export interface ExpandedPrincipal {
  readonly principalId: string;
  readonly assignments: Assignments;
}

/**
 * The same with everything that was granted to them, of whichever API: 300 clients to a call. Whoever has as much as is shown at
 * most is read apart.
 */
export async function expandedPrincipalsOf(
  deps: SendDeps,
  client: Client,
  appIds: readonly string[],
): Promise<ReadonlyMap<string, ExpandedPrincipal>> {
  const parts = partsOf(appIds, "&$expand=appRoleAssignments", ExpandedPrincipals);
  const found = new Map<string, ExpandedPrincipal>();
  for (const part of (await readParts(deps, client, parts)).values()) {
    if (part.kind !== "found") continue;
    for (const principal of await allPages(deps, client, ExpandedPrincipals, part.body)) {
      const { id, appId, appRoleAssignments: shown } = principal;
      const assignments =
        shown.length < MOST_EXPANDED ? shown : await everyAssignment(deps, client, id);
      found.set(appId.toLowerCase(), { principalId: id, assignments });
    }
  }
  return found;
}

async function everyAssignment(deps: SendDeps, client: Client, id: string): Promise<Assignments> {
  const answer = { answer: AppRoleAssignments };
  const first = await ask(deps, answer, () =>
    json(client, `/servicePrincipals/${id}/appRoleAssignments`).select(ASSIGNMENT_SELECT).get(),
  );
  return [...(await allPages(deps, client, AppRoleAssignments, first))];
}
