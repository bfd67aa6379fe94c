import { type Outcome, refused, replayed } from "../../base/outcome.ts";
import type { ClientRecord } from "../../clients/client.ts";
import type { CreateDeps, CreateRequest } from "../clients/create-client.ts";
import { setAside } from "./in-progress.ts";
import type { KeyRefusal, VersionedKey } from "./key.ts";
import { retryAfterSeconds } from "./retry-after.ts";

/**
 * A create asked for again under the same key: the first answer if there is one; else whatever became of the first attempt,
 * ended here and now if nobody works on it any more. `again`: that came to nothing, the key is free, and what was asked is
 * still to be done.
 */
export async function replayCreate(
  deps: CreateDeps,
  { key }: VersionedKey,
  { subscription, idempotency }: CreateRequest,
): Promise<Outcome<ClientRecord, KeyRefusal> | "again"> {
  if (key.fingerprint !== idempotency?.fingerprint)
    return refused({ reason: "idempotency-key-reused" });
  const { operations, reconcileAfterMs, runtime } = deps;
  const made = await operations.made(subscription, key.operationId);
  if (made) return replayed(made.record);

  const ageMs = runtime.now().getTime() - key.startedAt.getTime();
  const inProgress = (sinceMs: number) =>
    refused({
      reason: "request-in-progress" as const,
      retryAfterSeconds: retryAfterSeconds(sinceMs, reconcileAfterMs),
    });
  const held = await operations.underWay(subscription, key.operationId);
  if (!held) {
    // Ended between the two reads: the next attempt sees how.
    if (ageMs < reconcileAfterMs) return inProgress(0);
    if (!(await operations.parked(subscription, key.operationId))) return "again";
    throw setAside(reconcileAfterMs);
  }
  const untouchedMs = runtime.now().getTime() - held.entry.touchedAt.getTime();
  if (untouchedMs < reconcileAfterMs) return inProgress(untouchedMs);
  await deps.settle(held);
  const now = await operations.made(subscription, key.operationId);
  if (now) return replayed(now.record);
  const still = await operations.underWay(subscription, key.operationId);
  return still ? inProgress(ageMs) : "again";
}
