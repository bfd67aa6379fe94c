import { RemoteUnavailable } from "../../base/unavailable.ts";
import type { ChangeDeps } from "./change.ts";
import type { Key, KeyRefusal } from "./key.ts";
import { retryAfterSeconds } from "./retry-after.ts";

/** What was set aside may have been done, and only an operator can find out. */
export const setAside = (reconcileAfterMs: number): RemoteUnavailable =>
  new RemoteUnavailable("directory", {
    executed: "unknown",
    retryAfterSeconds: Math.ceil(reconcileAfterMs / 1000),
  });

/**
 * What whoever asks again under a key without a result is told. A change that nobody works on any more is ended here and now, and
 * whoever asks next learns how.
 *
 * @throws RemoteUnavailable when it was set aside
 */
export async function whileInProgress(
  { operations, runtime, reconcileAfterMs, settle }: ChangeDeps,
  key: Key,
  { subscription, clientId }: { readonly subscription: string; readonly clientId: string },
): Promise<KeyRefusal> {
  const ageMs = runtime.now().getTime() - key.startedAt.getTime();
  if (ageMs >= reconcileAfterMs) {
    const held = await operations.underWay(subscription, clientId);
    if (held?.entry.operationId === key.operationId) await settle(held);
    else if (await operations.parked(subscription, key.operationId))
      throw setAside(reconcileAfterMs);
  }
  return {
    reason: "request-in-progress",
    retryAfterSeconds: retryAfterSeconds(ageMs, reconcileAfterMs),
  };
}
