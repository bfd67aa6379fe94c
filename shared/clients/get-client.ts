import { done, type Outcome, refused } from "../outcome.ts";
import { RemoteUnavailable } from "../unavailable.ts";
import type { Client } from "./client.ts";
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
  const found = await deps.directory
    .get(record.id, record.createdAt)
    .catch(async (error: unknown) => {
      // What a directory does not show may be late; or it was deleted since its record was read, and no wait will help.
      if (!(error instanceof RemoteUnavailable)) throw error;
      if (await deps.records.client(request.subscription, request.clientId)) throw error;
      return undefined;
    });
  if (!found) return refused({ reason: "not-found" });
  return done({ record, displayName: found.displayName, secrets: found.secrets });
}
