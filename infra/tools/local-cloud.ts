import { readFile } from "node:fs/promises";
import * as z from "zod";

/**
 * `--local`: the settings with which a command works on the local cloud of `npm start` instead of Azure, read from its
 * `.local/cloud.json`.
 */

const CLOUD_FILE = ".local/cloud.json";
const CloudFile = z.object({
  graph: z.url(),
  tokenEndpoint: z.url(),
  resourceScope: z.string(),
  tables: z.string(),
  users: z.object({ olga: z.object({ graphToken: z.string() }) }),
});

/** @throws when no local cloud is running. */
export async function localCloud(): Promise<Readonly<Record<string, string>>> {
  const text = await readFile(CLOUD_FILE, "utf8").catch(() => undefined);
  if (text === undefined)
    throw new Error(`There is no ${CLOUD_FILE}: start the local cloud first, with npm start.`);
  const cloud = CloudFile.parse(JSON.parse(text));
  const { origin } = new URL(cloud.graph);
  return {
    GRAPH_BASE_URL: origin,
    GRAPH_TOKEN: cloud.users.olga.graphToken,
    DIRECTORY_AUTHORITY: origin,
    LOGIN_HOST: origin,
    ADMIN_CONSENT_URL: `${origin}/consent/{appId}`,
    TOKEN_ENDPOINT: cloud.tokenEndpoint,
    RESOURCE_SCOPE: cloud.resourceScope,
    RecordsConnection: cloud.tables,
  };
}
