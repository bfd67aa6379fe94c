import { done, type Outcome, refused } from "../outcome.ts";
import type { Client } from "./client.ts";
import { findOwned } from "./find-owned.ts";
import type { ClientDirectory, ClientRecords } from "./ports.ts";
import type { ClientRefusal } from "./reasons.ts";

/** One client, its name and secrets read live. One directory call. */
export async function getClient(
  deps: { records: ClientRecords; directory: ClientDirectory },
  request: { readonly subscription: string; readonly clientId: string },
): Promise<Outcome<Client, ClientRefusal>> {
  const owned = await findOwned(deps.records, request.subscription, request.clientId);
  if (!owned.ok) return owned;
  const { record } = owned.value.client;
  const found = await deps.directory.get(record.id, record.createdAt);
  if (!found) return refused({ reason: "not-found" });
  return done({ record, displayName: found.displayName, secrets: found.secrets });
}
