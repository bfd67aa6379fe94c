import type { ClientRecord } from "../client.ts";
import type { FederatedCredential } from "../credential.ts";
import type { CredentialRules } from "../credential-rules.ts";
import { expectedClient } from "../expected-client.ts";
import type { FederatedReads } from "./list-federated.ts";

export type TrustReads = FederatedReads & { readonly rules: CredentialRules };

/** Whom the directory trusts to speak for a client that it was just seen to have: one call, none where it trusts nobody at all. */
export async function trustsOf(
  { records, directory, rules }: TrustReads,
  record: ClientRecord,
): Promise<readonly FederatedCredential[]> {
  if (!rules.directory.includes("federated")) return [];
  return (await directory.federatedOf(record.id, expectedClient(records, record))) ?? [];
}
