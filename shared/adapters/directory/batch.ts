import type { Client } from "@microsoft/microsoft-graph-client";
import type { DirectoryClient } from "../../clients/ports.ts";
import { APPLICATION_SELECT, Application } from "./application.ts";
import { readParts } from "./graph-batch.ts";
import type { SendDeps } from "./send.ts";

/** Reads many applications, 20 to a call. */
export async function readMany(
  deps: SendDeps,
  client: Client,
  ids: readonly string[],
): Promise<ReadonlyMap<string, DirectoryClient>> {
  const parts = ids.map((id) => ({
    id,
    url: `/applications/${id}?$select=${APPLICATION_SELECT}`,
  }));
  const bodies = await readParts(deps, client, parts);
  return new Map([...bodies].map(([id, body]) => [id, Application.parse(body)]));
}
