import type { Client } from "@microsoft/microsoft-graph-client";
import { withDeadline } from "../../base/deadline.ts";
import { RemoteUnavailable } from "../../base/unavailable.ts";
import type { DirectoryClient } from "../../clients/ports.ts";
import { APPLICATION_SELECT, ApplicationPage } from "./application.ts";
import { json } from "./json.ts";
import { ask, type SendDeps } from "./send.ts";
import { operationTag } from "./tags.ts";

/**
 * So many pages are followed. Graph may answer an empty page that has a next one, but the filter finds one application at most:
 * a list that goes on for longer is not one that ends.
 */
const MAX_PAGES = 20;

/**
 * The application with an operation's tag, on whichever page it stands.
 *
 * @throws RemoteUnavailable when it was not found on the first 20 pages and there are more: that is no "not there"
 */
export const findByOperation = (
  deps: SendDeps,
  client: Client,
  operationId: string,
): Promise<DirectoryClient | undefined> =>
  withDeadline(deps.budgetMs, async () => {
    const filter = encodeURIComponent(`tags/any(t:t eq '${operationTag(operationId)}')`);
    let page: string | undefined = `/applications?$filter=${filter}&$select=${APPLICATION_SELECT}`;
    for (let pages = 0; pages < MAX_PAGES; pages += 1) {
      const path: string = page;
      const read: ApplicationPage = await ask(deps, { answer: ApplicationPage }, () =>
        json(client, path).get(),
      );
      const [found] = read.value;
      if (found) return found;
      page = read["@odata.nextLink"];
      if (page === undefined) return undefined;
    }
    throw new RemoteUnavailable("directory", { executed: "no" });
  });
