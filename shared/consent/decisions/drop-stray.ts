import type { VersionedCase } from "../consent-case.ts";
import type { ConsentDeps } from "../consent-deps.ts";

/**
 * An index row that contradicts the client's record, as a host that died or stalled leaves it. It stays while a decision is
 * under way, which has rows in two states; a pending one of a client that has gone is marked as that, for it may still owe
 * events: the next sweep pays them.
 */
export async function dropStray(
  { cases, records }: Pick<ConsentDeps, "cases" | "records">,
  { found, version }: VersionedCase,
): Promise<void> {
  const { clientId, subscription } = found;
  const { state } = found.consent;
  if (await cases.decision(clientId)) return;
  // Read after the decision: one that has ended since the row was read is in the record.
  const owned = await records.client(subscription, clientId);
  if (owned?.record.consent.state === state) return;
  if (owned || state !== "pending") await cases.remove(state, clientId, version);
  else if (!found.gone) await cases.replace({ ...found, gone: true }, version);
}
