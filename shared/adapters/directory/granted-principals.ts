import type { Client } from "@microsoft/microsoft-graph-client";
import * as z from "zod";
import { Assignments } from "./consent-answers.ts";
import { readParts } from "./graph-batch.ts";
import type { SendDeps } from "./send.ts";

/** Without advanced queries, which B2C tenants lack, `in` takes so many values and no more. */
const MAX_ALTERNATIVES = 15;
/** So many related objects an `$expand` shows at most, without saying that there are more (docs-contrib#2851). */
const MAX_EXPANDED = 20;

const Principals = z.object({
  value: z.array(z.object({ id: z.guid(), appId: z.guid(), appRoleAssignments: Assignments })),
  "@odata.nextLink": z.url().optional(),
});

interface Principal {
  readonly id: string;
  readonly assignments: Assignments;
}

export interface GrantedPrincipals {
  /** Service principals and what is granted to them, by the app id of their client. */
  readonly shown: ReadonlyMap<string, Principal>;
  /** App ids of which not everything was shown: these have to be asked for one by one. */
  readonly unclear: readonly string[];
}

/** Reads service principals with what is granted to them, 15 to a part and so 300 to a call. */
export async function grantedPrincipals(
  deps: SendDeps,
  client: Client,
  appIds: readonly string[],
): Promise<GrantedPrincipals> {
  const groups = Array.from({ length: Math.ceil(appIds.length / MAX_ALTERNATIVES) }, (_, at) =>
    appIds.slice(at * MAX_ALTERNATIVES, (at + 1) * MAX_ALTERNATIVES),
  );
  const parts = groups.map((group, at) => ({
    id: String(at),
    url: `/servicePrincipals?$filter=${encodeURIComponent(
      `appId in (${group.map((id) => `'${id}'`).join(",")})`,
    )}&$select=id,appId&$expand=appRoleAssignments`,
    answer: Principals,
  }));
  const pages = await readParts(deps, client, parts);
  const shown = new Map<string, Principal>();
  const unclear: string[] = [];
  for (const [at, group] of groups.entries()) {
    const page = pages.get(String(at));
    // Refused for fifteen it may yet be answered for one; and the rest of a page is as easily asked for one by one.
    if (page?.kind !== "found" || page.body["@odata.nextLink"] !== undefined) {
      unclear.push(...group);
      continue;
    }
    for (const { id, appId, appRoleAssignments } of page.body.value) {
      shown.set(appId, { id, assignments: appRoleAssignments });
      if (appRoleAssignments.length >= MAX_EXPANDED) unclear.push(appId);
    }
  }
  return { shown, unclear };
}
