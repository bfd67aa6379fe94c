import type { Outcome } from "../../base/outcome.ts";
import type { KindNotAllowed } from "../../clients/credential-rules.ts";
import {
  heldOf,
  isSameKey,
  retirementOf,
  retiringOf,
  withoutSecret,
  withRetirement,
  withSecret,
} from "../../clients/known-secrets.ts";
import { LATE_FOR_MS } from "../../clients/late.ts";
import type { Answer } from "../../clients/ports.ts";
import type { ClientRefusal } from "../../clients/reasons.ts";
import type { NewSecret } from "../../clients/secret.ts";
import type { SecretRefusal } from "../../clients/secret-reasons.ts";
import type { ClientEvent } from "../../events/client-event.ts";
import { removalActivity } from "../admission/activity-of.ts";
import { type Change, type ChangeDeps, settled } from "../admission/change.ts";
import { end, type Left, leaveTimeToHandOut, type SecretLeft } from "../admission/end.ts";
import { afterTheChange } from "../admission/executed.ts";
import type { RotateSecretOperation, UnderWay } from "../admission/operation.ts";
import { eventOf, tell } from "../admission/tell.ts";
import type { FoundSecret } from "./find-secret.ts";
import { comeUpon } from "./found-there.ts";
import { onceFound } from "./just-made.ts";
import { retiringLeft } from "./move-retirement.ts";
import { confirm, explain } from "./new-secret.ts";
import { isSecretAbsent } from "./remove-secret.ts";
import { scheduleRetirement } from "./schedule-retirement.ts";
import { secretRecordOf } from "./secret-record-of.ts";

type Rotation = Change<RotateSecretOperation>;

/** A secret that had to go for the new one, at once. */
export interface Removed {
  readonly keyId: string;
  /** Whether it was on its way out anyway. */
  readonly action: "secret.removed" | "secret.retired";
}

/** The rotation between its admission and its end. */
export async function replaceSecret(
  deps: ChangeDeps,
  change: Rotation,
  old: FoundSecret,
): Promise<Outcome<NewSecret, ClientRefusal | SecretRefusal | KindNotAllowed>> {
  const { entry } = change.held;
  const { clientId } = entry.operation;
  const { answer, room } = await afterTheChange(() => addWithRoom(deps, change));
  if (room) await afterTheChange(() => tell(deps, removalEvent(entry, room)));
  const besides: Partial<Left> = room ? withoutOf(deps, change, room) : {};
  const settle = () =>
    settled(
      deps,
      change,
      answer,
      (refusal) => explain(deps, refusal, clientId, change.expected),
      besides,
    );
  // With a secret gone nobody is told that nothing was done.
  const added = await (room ? afterTheChange(settle) : settle());
  if (!added.ok) return added;
  await afterTheChange(async () => {
    if (change.waited) await confirm(deps, clientId, added.value.keyId, change.expected);
    const atOnce = room ? undefined : await removeAtOnce(deps, change, old);
    if (atOnce) await tell(deps, removalEvent(entry, atOnce));
    await finish(deps, change, old, added.value, room ?? atOnce);
  });
  return added;
}

/**
 * Adds the new secret. Where the directory has no room for it, what goes is what the caller says, or what is on its way out, or
 * has run out, already: that the client is full proves that it has another one meanwhile.
 */
async function addWithRoom(
  deps: ChangeDeps,
  change: Rotation,
): Promise<{ readonly answer: Answer<NewSecret>; readonly room?: Removed }> {
  const { directory, runtime } = deps;
  const { record } = change.client;
  const { clientId, displayName, replaces, ...times } = change.held.entry.operation;
  const secret = {
    displayName,
    createdAt: new Date(times.createdAt),
    expiresAt: new Date(times.expiresAt),
  };
  const add = () => directory.addSecret(clientId, secret, change.expected);
  const answer = await add();
  if (answer.kind !== "refused" || answer.refusal.reason !== "secrets-full") return { answer };
  const expired = heldOf(record).find(({ kind, expiresAt }) => !kind && expiresAt <= runtime.now());
  const keyId = replaces ?? retiringOf(record)[0]?.keyId ?? expired?.keyId;
  if (keyId === undefined) return { answer };
  const removed = await onceFound(deps, record, keyId, () =>
    directory.removeSecret(clientId, keyId, change.expected),
  );
  if (removed.kind !== "done" && !isSecretAbsent(removed)) return { answer: removed };
  // What the caller has named is no secret that anybody knows of: nothing has gone.
  const isKnown = heldOf(record).some((one) => !one.kind && isSameKey(one.keyId, keyId));
  if (removed.kind !== "done" && !isKnown) return { answer: await add() };
  const isLeaving = retirementOf(record, keyId) !== undefined || keyId === expired?.keyId;
  const action = isLeaving ? "secret.retired" : "secret.removed";
  return { answer: await add(), room: { keyId, action } };
}

/** "It leaked": what does not go now goes by the message that is sent for it. */
async function removeAtOnce(
  deps: ChangeDeps,
  change: Rotation,
  { record, from }: FoundSecret,
): Promise<Removed | undefined> {
  const { clientId, keyId, retiresAt, createdAt } = change.held.entry.operation;
  if (retiresAt > createdAt) return undefined;
  const answer = await onceFound(deps, change.client.record, keyId, () =>
    deps.directory.removeSecret(clientId, keyId, change.expected),
  );
  // One that has no record yet was shown a moment ago: one of the two is late.
  const isLate = !from && deps.runtime.now().getTime() - record.createdAt.getTime() < LATE_FOR_MS;
  const isGone = answer.kind === "done" || (isSecretAbsent(answer) && !isLate);
  return isGone ? { keyId, action: "secret.retired" } : undefined;
}

async function finish(
  deps: ChangeDeps,
  change: Rotation,
  old: FoundSecret,
  made: NewSecret,
  removed: Removed | undefined,
): Promise<void> {
  const { entry } = change.held;
  const { clientId, displayName, keyId: replaced, ...times } = entry.operation;
  const { keyId } = made;
  const retiresAt = new Date(times.retiresAt);
  const isOldGone = removed !== undefined && isSameKey(removed.keyId, replaced);
  if (!isOldGone) await scheduleRetirement(deps, entry, { clientId, keyId: replaced, retiresAt });
  // Of its admission: the times of the secrets are from before it waited for whoever had the client.
  const at = entry.startedAt;
  const ends = { expiresAt: made.expiresAt.toISOString(), retiresAt: times.retiresAt };
  const data = { keyId, displayName, replaced, ...ends };
  const { was, left } = isOldGone ? { was: old, left: {} } : await comeUpon(deps, old, at);
  await tell(deps, eventOf(entry, "secret.rotated", { clientId, at, data }));
  const gone: Partial<Left> = removed ? withoutOf(deps, change, removed) : {};
  const oldLeft: SecretLeft[] = isOldGone ? [] : [retiringLeft(was, retiresAt)];
  leaveTimeToHandOut();
  await end(deps, change.held, {
    ...gone,
    ...left,
    came: { outcome: "done", credentialId: keyId },
    changed: {
      from: change.client,
      next: (record) => {
        const less = gone.changed ? gone.changed.next(record) : record;
        const both = withSecret(less, made, at);
        return isOldGone ? both : withRetirement(both, was.record, retiresAt, at);
      },
    },
    secrets: [
      { now: "made", record: secretRecordOf(entry, clientId, made) },
      ...oldLeft,
      ...(gone.secrets ?? []),
    ],
    ...(change.key && { key: { key: change.key, result: { clientId, keyId } } }),
  });
}

/** What a removed secret leaves on record, whatever else becomes of the rotation. */
function withoutOf({ runtime }: ChangeDeps, change: Rotation, { keyId, action }: Removed) {
  const { entry } = change.held;
  const { clientId } = entry.operation;
  const at = runtime.now();
  return {
    also: removalActivity(entry, at, { action, clientId, credentialId: keyId }),
    changed: {
      from: change.client,
      next: (record: Change<RotateSecretOperation>["client"]["record"]) =>
        withoutSecret(record, keyId, at),
    },
    secrets: [{ now: "gone", clientId, keyId, at }],
  } satisfies Partial<Left>;
}

/** The same one however often it is told. */
export const removalEvent = (
  { operationId, subscription, operation, startedAt }: UnderWay<RotateSecretOperation>,
  { keyId, action }: Removed,
): ClientEvent => ({
  id: `${operationId}:${action}:${keyId}`,
  type: action,
  time: startedAt.toISOString(),
  clientId: operation.clientId,
  subscription,
  data: { keyId },
});
