import { refused } from "../base/outcome.ts";
import type { ChangeDeps } from "./begin-change.ts";
import type { IdempotencyRefusal, IdempotentRequest, VersionedIdempotency } from "./idempotency.ts";
import { retryAfterSeconds } from "./retry-after.ts";

/**
 * A secret asked for again under the same key. The value was in the first answer only, so there is none to give: the caller
 * learns which secret it was, removes it if its value never arrived, and asks with a new key.
 *
 * An attempt that nobody works on any more has left no secret behind (the reconciler removes it), so its key is freed.
 */
export async function answerRepeatedAdd(
  deps: Pick<ChangeDeps, "journal" | "idempotency" | "runtime" | "reconcileAfterMs">,
  key: VersionedIdempotency,
  clientId: string,
  request: IdempotentRequest,
): Promise<{ readonly ok: false; readonly refusal: IdempotencyRefusal }> {
  const { record } = key;
  if (record.fingerprint !== request.fingerprint) {
    return refused({ reason: "idempotency-key-reused" });
  }
  if (record.result?.keyId) {
    return refused({ reason: "secret-value-already-returned", keyId: record.result.keyId });
  }
  const held = await deps.journal.find(clientId);
  const working = held?.entry.operationId === record.operationId;
  const ageMs = deps.runtime.now().getTime() - record.startedAt.getTime();
  if (!working && ageMs >= deps.reconcileAfterMs) {
    await deps.idempotency.release(key);
    return refused({ reason: "request-in-progress", retryAfterSeconds: 1 });
  }
  return refused({
    reason: "request-in-progress",
    retryAfterSeconds: retryAfterSeconds(ageMs, deps.reconcileAfterMs),
  });
}
