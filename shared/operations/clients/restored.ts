import type { ClientRecord } from "../../clients/client.ts";
import { LATE_FOR_MS } from "../../clients/late.ts";
import {
  type Answer,
  type DeletedClient,
  type DirectoryClient,
  DirectoryRefused,
  type Expected,
} from "../../clients/ports.ts";
import { type Suspension, withoutOperators } from "../../clients/suspension.ts";
import type { ConsentQueue } from "../../consent/ports.ts";
import { type ConsentPromise, requestConsent } from "../../consent/request-consent.ts";
import type { ChangeDeps } from "../admission/change.ts";
import { unavailable } from "../admission/directory-answer.ts";
import { end } from "../admission/end.ts";
import type { Key } from "../admission/key.ts";
import type { Held, PurgeOperation, RestoreOperation } from "../admission/operation.ts";
import { ownKey } from "../admission/own-key.ts";
import type { VersionedAccount } from "../admission/ports.ts";
import { eventOf, tell } from "../admission/tell.ts";
import { hasEnded } from "../settling/settle-create.ts";
import { mayBeLate, NOT_LATE, type Settler } from "../settling/settler.ts";
import { stoppedFromTheStart } from "../settling/stopped-from-the-start.ts";
import { undone } from "../settling/undone.ts";

export interface RestoreDeps extends ChangeDeps {
  readonly consentQueue: Pick<ConsentQueue, "putOff">;
  readonly promise: ConsentPromise;
}

/** By then most restores have ended; whoever takes the message looks at the client's consent. In milliseconds. */
const LOOK_AFTER_MS = 1_000;

/**
 * Has the directory restore the application. One that is not among the deleted any more may be back already: by an answer that
 * was lost, a process that died, or somebody in the directory.
 */
export async function bringBack(
  { directory, runtime }: Pick<ChangeDeps, "directory" | "runtime">,
  { record: { id, suspended }, deletedAt }: DeletedClient,
  expected: Expected,
): Promise<Answer<DirectoryClient | undefined> & { readonly wasBack?: true }> {
  const first = await directory.restore(id, NOT_LATE);
  const isMissing = first.kind === "refused" && first.refusal.reason === "absent";
  let found = isMissing ? await directory.get(id, NOT_LATE) : undefined;
  let answer: Awaited<ReturnType<typeof bringBack>> = first;
  // Neither here nor there: it was deleted a moment ago, or is gone. What has not heard of a delete yet shows it here all the same.
  const isYoung = runtime.now().getTime() - deletedAt.getTime() < LATE_FOR_MS;
  if (isMissing && (!found || isYoung)) {
    answer = await directory.restore(id, expected);
    if (found) found = answer.kind === "done" ? undefined : await directory.get(id, NOT_LATE);
  }
  if (found) answer = { kind: "done", value: found, wasBack: true };
  // Stopped with its subscription, which goes on by now: nobody else would resume it.
  if (answer.kind !== "done" || !suspended || stillStopped(suspended)) return answer;
  const enabled = await directory.setDisabled(id, false, { createdAt: runtime.now() });
  if (enabled.kind === "done") return answer;
  // It is back, whatever has become of this: no refusal of what was asked for.
  if (enabled.kind === "refused") throw new DirectoryRefused(enabled.refusal);
  return enabled.kind === "not-now" ? { ...enabled, kind: "unknown" } : enabled;
}

/** What it was stopped with its subscription for is over; what its customer had stopped besides is theirs to let go on. */
const stillStopped = (suspended: Suspension | undefined): Suspension | undefined =>
  suspended?.withSubscription === undefined ? suspended : withoutOperators(suspended);

/**
 * What the client is from now on. The directory restores no grant, so what was granted is asked for anew, and found where somebody
 * has brought it back; what was refused stays so.
 */
export function backAgain(
  { runtime, promise }: Pick<RestoreDeps, "runtime" | "promise">,
  { entry: { operationId, by } }: Held<RestoreOperation>,
  { record: before }: DeletedClient,
): ClientRecord {
  const { suspended, noWebhook: _, ...kept } = before;
  const stopped = stillStopped(suspended);
  const isDecided = before.consent.state === "rejected" || before.consent.state === "revoked";
  const now = runtime.now();
  return {
    ...kept,
    operationId,
    revision: before.revision + 1,
    requester: by.actor,
    // Not since it was asked for: that may be days ago, if an operator had to try it again.
    restoredAt: now,
    consent: isDecided ? before.consent : requestConsent(now, promise),
    ...(stopped && { suspended: stopped }),
  };
}

/** Has other systems told, also whether it is stopped, and the consent looked at. */
export async function announceBack(
  { consentQueue, ...deps }: RestoreDeps,
  { entry }: Held<RestoreOperation>,
  { displayName, suspended, restoredAt: now = entry.startedAt }: ClientRecord,
): Promise<void> {
  const { operationId, subscription, operation, startedAt } = entry;
  const { clientId, as = "operator" } = operation;
  const data = { by: as, displayName, state: suspended ? "suspended" : "active" };
  await tell(deps, eventOf(entry, "client.restored", { clientId, at: startedAt, data }));
  await consentQueue.putOff(
    {
      ...{ type: "consent.requested", version: 2, operationId, clientId, subscription },
      requestedAt: now.toISOString(),
    },
    new Date(now.getTime() + LOOK_AFTER_MS),
  );
}

/** The directory does not keep it any more: neither does this service, and its place is free. */
export async function forget(
  deps: ChangeDeps,
  held: Held<RestoreOperation | PurgeOperation>,
  from: DeletedClient,
  { key, known }: { readonly key?: Key | undefined; readonly known?: VersionedAccount } = {},
): Promise<void> {
  const { entry } = held;
  const { clientId, kind } = entry.operation;
  const isPurge = kind === "purge";
  const data = { by: isPurge ? "operator" : "directory" };
  const event = eventOf(entry, "client.purged", { clientId, at: entry.startedAt, data });
  await tell(deps, event);
  await end(deps, held, {
    came: isPurge ? { outcome: "done" } : { outcome: "refused", reason: "absent" },
    back: { from, known },
    ...(!isPurge && { placeBack: {} }),
    ...(key && { key: { key } }),
  });
}

/** Set aside, brought back by another request, and deleted anew: that is not what it was about. */
export const isOfAnother = (
  { entry: { parkedAt } }: Held<RestoreOperation | PurgeOperation>,
  { deletedAt }: DeletedClient,
): boolean => parkedAt !== undefined && deletedAt > parkedAt;

/** What the directory has restored is recorded; what it refuses for good has not happened. */
export const settleRestore =
  (deps: RestoreDeps): Settler<RestoreOperation> =>
  async (held) => {
    const { subscription, operation } = held.entry;
    const client = await deps.records.deleted(subscription, operation.clientId);
    const without = (reason: string) => undone(deps, held, reason, { placeBack: {} });
    if (!client) return without("absent");
    if (isOfAnother(held, client)) return without("deleted");
    if (await hasEnded(deps, held.entry)) {
      const gone = await deps.directory.delete(operation.clientId, NOT_LATE);
      if (gone.kind === "not-now" || gone.kind === "unknown") throw unavailable(gone);
      const isStuck = gone.kind === "refused" && gone.refusal.reason !== "absent";
      return isStuck ? { stuck: gone.refusal.reason } : without("reversed");
    }
    const answer = await bringBack(deps, client, NOT_LATE);
    if (answer.kind === "refused") {
      if (answer.refusal.reason !== "absent") return without(answer.refusal.reason);
      if (mayBeLate(held)) return "waiting";
      await forget(deps, held, client, { key: await ownKey(deps.operations, held.entry) });
      return "undone";
    }
    if (answer.kind !== "done") throw unavailable(answer);
    const back = backAgain(deps, held, client);
    // Brought back by this very call, it has been stopped by no attempt before.
    const isDisabled = async () => answer.wasBack === true && (answer.value?.disabled ?? false);
    const { record, also } = await stoppedFromTheStart(deps, held, back, isDisabled);
    await announceBack(deps, held, record);
    const key = await ownKey(deps.operations, held.entry);
    await end(deps, held, {
      came: { outcome: "done" },
      back: { from: client, record },
      ...also,
      secrets: [{ now: "back", clientId: record.id }],
      ...(key && { key: { key, result: { clientId: record.id } } }),
    });
    return "finished";
  };
