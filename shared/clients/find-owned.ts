import { done, type Outcome, refused } from "../base/outcome.ts";
import type { ClientRecords, VersionedAccount, VersionedClient } from "./ports.ts";
import type { ClientRefusal } from "./reasons.ts";

export interface OwnedClient {
  readonly client: VersionedClient;
  readonly account: VersionedAccount;
}

/**
 * The caller's own client. Another subscription's client and one that never existed take the same path and the same
 * reads, and the directory is not asked for either.
 */
export async function findOwned(
  records: ClientRecords,
  subscription: string,
  clientId: string,
): Promise<Outcome<OwnedClient, ClientRefusal>> {
  const found = await records.find(subscription, clientId);
  return found ? done(found) : refused({ reason: "not-found" });
}
