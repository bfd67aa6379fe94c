import type { Runtime } from "../base/runtime.ts";
import type { ClientRecord } from "../clients/client.ts";
import { type HeldEntry, type Journal, LOOKS } from "./journal.ts";
import { announce, type CreateOperation, type RecordDeps, recordClient } from "./record-client.ts";

export type SettledCreate =
  | { readonly state: "finished"; readonly record: ClientRecord }
  /** Nothing was made; the place is given back. */
  | { readonly state: "undone" }
  /** Not decided yet, or somebody else is on it. */
  | { readonly state: "waiting" };

export interface SettleDeps extends RecordDeps {
  readonly journal: Journal;
  readonly runtime: Runtime;
}

const isCreate = (held: HeldEntry): held is HeldEntry<CreateOperation> =>
  held.entry.operation.kind === "create";

/**
 * Brings an abandoned create to its end, from the journal and the tag in the directory. Safe at any time and any number of
 * times: the place in the account can be turned into a client, or given back, only once.
 */
export async function settleCreate(deps: SettleDeps, abandoned: HeldEntry): Promise<SettledCreate> {
  const { operationId, subscription, looks } = abandoned.entry;
  const held = await deps.journal.take(abandoned, deps.runtime.now(), looks + 1);
  if (!held || !isCreate(held)) return { state: "waiting" };

  const again = deps.runtime.now();
  const recorded = await deps.records.findByOperation(subscription, operationId);
  if (recorded) {
    // Administrators may not know of it yet: the consumer of this message is who removes the entry.
    if (recorded.deleted) await deps.journal.close(held);
    else
      await announce(deps.consentQueue, recorded.record, held.entry.operation.requestedBy, again);
    return { state: "finished", record: recorded.record };
  }
  const created = await deps.directory.findByOperation(operationId);
  if (created)
    return { state: "finished", record: await recordClient(deps, held, created, { again }) };
  if (held.entry.looks < LOOKS) return { state: "waiting" };
  const { keyHash } = held.entry.operation;
  await deps.records.release(subscription, operationId);
  if (keyHash) await deps.idempotency.forget(subscription, keyHash, operationId);
  await deps.journal.close(held);
  return { state: "undone" };
}
