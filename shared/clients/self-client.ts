import { type ClientRecord, ROTATE_ROLE } from "./client.ts";
import { type LookUpDeps, lookUpClient } from "./look-up-client.ts";

/**
 * The client that calls for itself, by the client id of its token. A token outlives what it was issued on by an hour, so the record has
 * the last word: whoever is unknown, deleted, suspended or without its consent is nobody here, and is not told which.
 */
export async function selfClient(
  deps: LookUpDeps,
  appId: string,
): Promise<ClientRecord | undefined> {
  const found = await lookUpClient(deps, appId);
  if (!found.ok) return undefined;
  const { consent, roles, suspended } = found.value;
  const may = consent.state === "granted" && !suspended && roles.includes(ROTATE_ROLE);
  return may ? found.value : undefined;
}
