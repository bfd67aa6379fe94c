import { type Outcome, refused, replayed } from "../../base/outcome.ts";
import type { ClientRecord } from "../../clients/client.ts";
import type { ClientRefusal } from "../../clients/reasons.ts";
import type { ChangeDeps, ChangeRequest } from "./change.ts";
import { whileInProgress } from "./in-progress.ts";
import type { IdempotentRequest, KeyRefusal, VersionedKey } from "./key.ts";

/**
 * A change asked for again under the same key: once it has been made, the client as it is by now; nothing is done twice. One
 * that nobody works on any more is ended here and now, and whoever asks next learns how.
 */
export async function replayChange(
  deps: ChangeDeps,
  { key }: VersionedKey,
  request: ChangeRequest & { readonly idempotency?: IdempotentRequest | undefined },
): Promise<Outcome<ClientRecord, ClientRefusal | KeyRefusal>> {
  const { subscription, clientId, idempotency } = request;
  if (key.fingerprint !== idempotency?.fingerprint)
    return refused({ reason: "idempotency-key-reused" });
  if (key.result) {
    const found = await deps.records.client(subscription, clientId);
    return found ? replayed(found.record) : refused({ reason: "not-found" });
  }
  return refused(await whileInProgress(deps, key, request));
}
