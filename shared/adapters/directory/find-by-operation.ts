import type { Client } from "@microsoft/microsoft-graph-client";
import * as z from "zod";
import { withDeadline } from "../../base/deadline.ts";
import { RemoteUnavailable } from "../../base/unavailable.ts";
import type { DirectoryClient } from "../../clients/ports.ts";
import { APPLICATION_SELECT, ApplicationPage } from "./application.ts";
import { json } from "./json.ts";
import { ask, type SendDeps } from "./send.ts";
import { operationTag, subscriptionTag } from "./tags.ts";

/** Applications with their tags. */
const Tagged = z
  .object({ value: z.array(z.looseObject({ tags: z.array(z.string()).default([]) })) })
  .loose()
  .transform((page, context) => {
    const read = ApplicationPage.safeParse(page);
    if (!read.success) {
      context.addIssue("not a page of applications");
      return z.NEVER;
    }
    const found = read.data.value.map((application, at) => ({
      application,
      tags: page.value[at]?.tags ?? [],
    }));
    return { found, next: read.data["@odata.nextLink"] };
  });

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
  subscription?: string,
): Promise<DirectoryClient | undefined> =>
  withDeadline(deps.budgetMs, async () => {
    const filter = encodeURIComponent(`tags/any(t:t eq '${operationTag(operationId)}')`);
    let page: string | undefined =
      `/applications?$filter=${filter}&$select=${APPLICATION_SELECT},tags`;
    for (let pages = 0; pages < MAX_PAGES; pages += 1) {
      const path: string = page;
      const read = await ask(deps, { answer: Tagged }, () => json(client, path).get());
      const found = read.found.find(
        ({ tags }) => subscription === undefined || tags.includes(subscriptionTag(subscription)),
      );
      if (found) return found.application;
      page = read.next;
      if (page === undefined) return undefined;
    }
    throw new RemoteUnavailable("directory", { executed: "no" });
  });
