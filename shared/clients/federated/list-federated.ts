import { done, type Outcome, refused } from "../../base/outcome.ts";
import type { FederatedCredential } from "../credential.ts";
import { expectedClient } from "../expected-client.ts";
import type { ClientRecords } from "../ports.ts";
import type { ClientRefusal } from "../reasons.ts";
import type { FederatedDirectory } from "./federated-directory.ts";

export interface FederatedReads {
  readonly records: ClientRecords;
  readonly directory: FederatedDirectory;
}

/** Whom the directory trusts to speak for a client, live. One directory call. */
export async function listFederated(
  { records, directory }: FederatedReads,
  request: { readonly subscription: string; readonly clientId: string },
): Promise<Outcome<readonly FederatedCredential[], ClientRefusal>> {
  const owned = await records.client(request.subscription, request.clientId);
  if (!owned) return refused({ reason: "not-found" });
  const shown = await directory.federatedOf(owned.record.id, expectedClient(records, owned.record));
  return shown ? done(shown) : refused({ reason: "not-found" });
}
