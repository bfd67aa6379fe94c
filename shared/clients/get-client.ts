import { done, type Outcome, refused } from "../base/outcome.ts";
import type { Client } from "./client.ts";
import { expectedClient } from "./expected-client.ts";
import type { ClientDirectory, ClientRecords } from "./ports.ts";
import type { ClientRefusal } from "./reasons.ts";

/** One client, its name and secrets read live. One directory call. */
export async function getClient(
  deps: { records: ClientRecords; directory: ClientDirectory },
  request: { readonly subscription: string; readonly clientId: string },
): Promise<Outcome<Client, ClientRefusal>> {
  const owned = await deps.records.client(request.subscription, request.clientId);
  if (!owned) return refused({ reason: "not-found" });
  const { record } = owned;
  const found = await deps.directory.get(record.id, expectedClient(deps.records, record));
  if (!found) return refused({ reason: "not-found" });
  const { displayName, secrets, certificates } = found;
  return done({ record, displayName, secrets, certificates });
}
