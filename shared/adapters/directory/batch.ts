import type { Client } from "@microsoft/microsoft-graph-client";
import { type DirectoryClient, DirectoryRefused } from "../../clients/ports.ts";
import { Application, type selectionOf } from "./application.ts";
import { readParts } from "./graph-batch.ts";
import type { SendDeps } from "./send.ts";

/**
 * Reads many applications, 20 to a call. Those that are not there are missing from the answer.
 *
 * @throws DirectoryRefused if one may not be read: left out it would look deleted. `Application.ReadWrite.OwnedBy` reads every
 * application of the tenant, so a refusal is of the backend and not of one client.
 */
export async function readMany(
  deps: SendDeps,
  client: Client,
  ids: readonly string[],
  selection: ReturnType<typeof selectionOf>,
): Promise<ReadonlyMap<string, DirectoryClient>> {
  const query = new URLSearchParams(selection).toString();
  const parts = ids.map((id) => ({
    id,
    url: `/applications/${id}${query && `?${decodeURIComponent(query)}`}`,
    answer: Application,
  }));
  const found = new Map<string, DirectoryClient>();
  for (const [id, part] of await readParts(deps, client, parts)) {
    if (part.kind === "refused") throw new DirectoryRefused(part.refusal);
    if (part.kind === "found") found.set(id, part.body);
  }
  return found;
}
