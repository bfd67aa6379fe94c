import { isSameKey, retirementOf, retiringOf } from "../../clients/known-secrets.ts";
import type { VersionedClient } from "../../clients/ports.ts";
import { removalActivity } from "../admission/activity-of.ts";
import type { ChangeDeps } from "../admission/change.ts";
import { end } from "../admission/end.ts";
import type { RotateSecretOperation } from "../admission/operation.ts";
import { ownKey } from "../admission/own-key.ts";
import { eventOf, tell } from "../admission/tell.ts";
import { type Removed, removalEvent } from "../credentials/replace-secret.ts";
import { goneLeft, type TakenBack, takeBack, withoutSecrets } from "./settle-add-secret.ts";
import type { Settler } from "./settler.ts";

/**
 * A rotation that was abandoned is undone: the value of the new secret has reached nobody, so it is taken back, and the old one
 * works on, as its caller was never told otherwise. Only what had to go first has gone for good: that is put on record.
 */
export const settleRotate =
  (deps: ChangeDeps): Settler<RotateSecretOperation> =>
  async (held) => {
    const taken = await takeBack(deps, held);
    if (taken === "waiting" || "stuck" in taken) return taken;
    const { subscription, operation } = held.entry;
    const { clientId } = operation;
    const client = await deps.records.client(subscription, clientId);
    const removed = await removedBefore(deps, client, taken);
    for (const one of removed) await tell(deps, removalEvent(held.entry, one));
    const at = deps.runtime.now();
    if (client) await tellStays(deps, client, taken, at);
    const gone = [...taken.keyIds, ...removed.map(({ keyId }) => keyId)];
    const [first] = removed;
    const key = await ownKey(deps.operations, held.entry);
    await end(deps, taken.held, {
      came: { outcome: "undone", credentialId: taken.keyIds[0] },
      ...(first && {
        also: removalActivity(held.entry, at, {
          action: first.action,
          clientId,
          credentialId: first.keyId,
        }),
      }),
      ...(client && {
        changed: {
          from: client,
          next: (record) => withoutSecrets(record, gone, at),
        },
      }),
      secrets: goneLeft(clientId, gone, at),
      ...(key && { key: { key } }),
    });
    return "undone";
  };

/** It may have been told that the old one goes, and of the new one alone that it has been taken back. */
async function tellStays(
  deps: ChangeDeps,
  { record }: VersionedClient,
  { held: { entry }, keyIds, shown }: TakenBack<RotateSecretOperation>,
  at: Date,
): Promise<void> {
  const { clientId, keyId } = entry.operation;
  const isThere = shown?.some((secret) => isSameKey(secret.keyId, keyId));
  if (keyIds.length === 0 || !isThere) return;
  const retiresAt = retirementOf(record, keyId)?.toISOString();
  const data = { keyId, ...(retiresAt !== undefined && { retiresAt }) };
  await tell(deps, eventOf(entry, "secret.rescheduled", { clientId, at, data }));
}

/**
 * Of those that the rotation may have removed before it died, the ones that are not there any more. What its caller has named counts
 * only if it is a secret on record: anything else has not been there.
 */
async function removedBefore(
  { secrets }: ChangeDeps,
  client: VersionedClient | undefined,
  { held: { entry }, shown }: TakenBack<RotateSecretOperation>,
): Promise<Removed[]> {
  if (!client || !shown) return [];
  const { record } = client;
  const { clientId, replaces, keyId, retiresAt, createdAt } = entry.operation;
  const named = replaces && (await secrets.secret(entry.subscription, clientId, replaces));
  const mayHaveGone = [
    ...(named && !named.record.kind ? [named.record.keyId] : []),
    ...retiringOf(record).map((secret) => secret.keyId),
    ...(retiresAt <= createdAt ? [keyId] : []),
  ];
  return [...new Set(mayHaveGone)]
    .filter((one) => !shown.some((secret) => isSameKey(secret.keyId, one)))
    .map((one) => ({
      keyId: one,
      action: one === keyId || retirementOf(record, one) ? "secret.retired" : "secret.removed",
    }));
}
