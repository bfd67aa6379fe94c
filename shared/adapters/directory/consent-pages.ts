import type { Client } from "@microsoft/microsoft-graph-client";
import type * as z from "zod";
import { RemoteUnavailable } from "../../base/unavailable.ts";
import { json } from "./json.ts";
import { ask, type SendDeps } from "./send.ts";

/** What is listed here fits one page; Graph may yet answer empty ones first. */
const MAX_PAGES = 20;

interface Page<T> {
  readonly value: readonly T[];
  readonly "@odata.nextLink"?: string | undefined;
}

/**
 * Everything of a short list whose first page has been read.
 *
 * @throws RemoteUnavailable when it has more than 20 pages: then nothing can be said to be missing from it
 */
export async function allPages<T>(
  deps: SendDeps,
  client: Client,
  answer: z.ZodType<Page<T>>,
  first: Page<T>,
): Promise<readonly T[]> {
  const found = [...first.value];
  let next = first["@odata.nextLink"];
  for (let pages = 1; next !== undefined; pages += 1) {
    if (pages >= MAX_PAGES) throw new RemoteUnavailable("directory", { executed: "no" });
    const link: string = next;
    const page: Page<T> = await ask(deps, { answer }, () => json(client, link).get());
    found.push(...page.value);
    next = page["@odata.nextLink"];
  }
  return found;
}
