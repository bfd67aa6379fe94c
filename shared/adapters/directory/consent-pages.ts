import type { Client } from "@microsoft/microsoft-graph-client";
import { RemoteUnavailable } from "../../base/unavailable.ts";
import { AppRoleAssignments } from "./consent-answers.ts";
import { json } from "./json.ts";
import { ask, type SendDeps } from "./send.ts";

/** One client's grants on one resource fit one page; Graph may yet answer empty ones first. */
const MAX_PAGES = 20;

/**
 * All assignments of a list whose first page has been read.
 *
 * @throws RemoteUnavailable when it has more than 20 pages: then nothing can be said to be missing from it
 */
export async function allPages(
  deps: SendDeps,
  client: Client,
  first: AppRoleAssignments,
): Promise<AppRoleAssignments["value"]> {
  const found = [...first.value];
  let next = first["@odata.nextLink"];
  for (let pages = 1; next !== undefined; pages += 1) {
    if (pages >= MAX_PAGES) throw new RemoteUnavailable("directory", { executed: "no" });
    const link: string = next;
    const page: AppRoleAssignments = await ask(deps, { answer: AppRoleAssignments }, () =>
      json(client, link).get(),
    );
    found.push(...page.value);
    next = page["@odata.nextLink"];
  }
  return found;
}
