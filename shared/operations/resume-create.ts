import { done, type Outcome, refused } from "../base/outcome.ts";
import type { ClientRecord } from "../clients/client.ts";
import type { CreateDeps, CreateRequest } from "./create-client.ts";
import type { IdempotencyRefusal, VersionedIdempotency } from "./idempotency.ts";
import { retryAfterSeconds } from "./retry-after.ts";
import { settleCreate } from "./settle-create.ts";

/**
 * A create asked for again under the same key: the first answer if there is one; else whatever became of the first
 * attempt, finished here and now if nobody works on it any more. Nothing if that came to nothing: the key is free again,
 * and what was asked is still to be done.
 */
export async function resumeCreate(
  deps: CreateDeps,
  key: VersionedIdempotency,
  request: CreateRequest,
): Promise<Outcome<ClientRecord, IdempotencyRefusal> | undefined> {
  const { record: first } = key;
  if (first.fingerprint !== request.idempotency?.fingerprint) {
    return refused({ reason: "idempotency-key-reused" });
  }
  const made = await deps.records.findByOperation(request.subscription, first.operationId);
  if (made) {
    if (!first.result) await deps.idempotency.finish(key, { clientId: made.record.id });
    return done(asCreated(made.record, request));
  }

  const now = deps.runtime.now();
  const inProgress = (sinceMs: number) =>
    refused({
      reason: "request-in-progress" as const,
      retryAfterSeconds: retryAfterSeconds(sinceMs, deps.reconcileAfterMs),
    });
  const held = await deps.journal.find(first.operationId);
  if (held) {
    const untouchedMs = now.getTime() - held.entry.touchedAt.getTime();
    if (untouchedMs < deps.reconcileAfterMs) return inProgress(untouchedMs);
    const settled = await settleCreate(deps, held);
    if (settled.state === "finished") return done(settled.record);
    if (settled.state === "waiting") return inProgress(now.getTime() - first.startedAt.getTime());
  } else {
    const agedMs = now.getTime() - first.startedAt.getTime();
    if (agedMs < deps.reconcileAfterMs) return inProgress(agedMs);
  }
  await deps.idempotency.release(key);
  return undefined;
}

/** The client as the first answer showed it: whatever has become of it since, a replay says what was said then. */
const asCreated = (
  { consent, ...record }: ClientRecord,
  { displayName }: CreateRequest,
): ClientRecord => ({
  ...record,
  displayName,
  revision: 1,
  consent: {
    state: "pending",
    requestedAt: consent.requestedAt,
    dueAt: consent.dueAt,
    slaHours: consent.slaHours,
    remindersSent: 0,
  },
});
