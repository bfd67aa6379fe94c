import type { Client } from "@microsoft/microsoft-graph-client";
import { ServicePrincipals } from "./consent-answers.ts";
import { allPages } from "./consent-pages.ts";
import { readParts } from "./graph-batch.ts";
import type { SendDeps } from "./send.ts";

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
  const parts = Array.from({ length: Math.ceil(appIds.length / APPS_A_PART) }, (_, at) => {
    const some = appIds.slice(at * APPS_A_PART, (at + 1) * APPS_A_PART);
    const filter = encodeURIComponent(`appId in (${some.map((id) => `'${id}'`).join(",")})`);
    return {
      id: `apps-${at}`,
      url: `/servicePrincipals?$filter=${filter}&$select=id,appId`,
      answer: ServicePrincipals,
    };
  });
  const found = new Map<string, string>();
  for (const part of (await readParts(deps, client, parts)).values()) {
    if (part.kind !== "found") continue;
    for (const { id, appId } of await allPages(deps, client, ServicePrincipals, part.body))
      found.set(appId.toLowerCase(), id);
  }
  return found;
}
