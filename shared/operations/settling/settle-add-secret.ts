import type { Secret } from "../../clients/secret.ts";
import type { ChangeDeps } from "../admission/change.ts";
import { unavailable } from "../admission/directory-answer.ts";
import { end, type SecretLeft } from "../admission/end.ts";
import type { AddSecretOperation, Held, RotateSecretOperation } from "../admission/operation.ts";
import { ownKey } from "../admission/own-key.ts";
import { tell } from "../admission/tell.ts";
import { mayBeLate, NOT_LATE, type Settler } from "./settler.ts";

type Making = AddSecretOperation | RotateSecretOperation;

/** What is left of a secret that nobody was given. */
export interface TakenBack {
  /** Those that were removed just now: one, or none. */
  readonly keyIds: readonly string[];
  /** What the directory showed before; nothing: it does not know the client. */
  readonly shown: readonly Secret[] | undefined;
}

/**
 * Takes back a secret whose value can have reached nobody: the operation that made it ended before it could answer. Name,
 * start and end were chosen by us to the millisecond and recorded before, so they tell it from all others.
 */
export async function takeBack(
  deps: ChangeDeps,
  held: Held<Making>,
): Promise<TakenBack | "waiting" | { readonly stuck: string }> {
  const { operation, operationId, subscription } = held.entry;
  const { clientId } = operation;
  const shown = await deps.directory.secretsOf(clientId, NOT_LATE);
  const left = (shown ?? []).filter(
    ({ displayName, createdAt, expiresAt }) =>
      displayName === operation.displayName &&
      createdAt.getTime() === Date.parse(operation.createdAt) &&
      expiresAt.getTime() === Date.parse(operation.expiresAt),
  );
  if (left.length === 0 && mayBeLate(held)) return "waiting";
  for (const { keyId } of left) {
    const removed = await deps.directory.removeSecret(clientId, keyId, NOT_LATE);
    if (removed.kind === "not-now" || removed.kind === "unknown") throw unavailable(removed);
    const reason = removed.kind === "refused" ? removed.refusal.reason : "absent";
    if (reason !== "absent" && reason !== "secret-absent") return { stuck: reason };
    await tell(deps, {
      id: `${operationId}:secret.removed`,
      type: "secret.removed",
      time: deps.runtime.now().toISOString(),
      clientId,
      subscription,
      data: { keyId },
    });
  }
  return { keyIds: left.map(({ keyId }) => keyId), shown };
}

/** Nobody has recorded it; a directory that is late shows it for a while, and then it is known to have gone. */
export const goneLeft = (clientId: string, keyIds: readonly string[], at: Date): SecretLeft[] =>
  keyIds.map((keyId) => ({ now: "gone", clientId, keyId, at }));

export const settleAddSecret =
  (deps: ChangeDeps): Settler<AddSecretOperation> =>
  async (held) => {
    const taken = await takeBack(deps, held);
    if (taken === "waiting" || "stuck" in taken) return taken;
    // Asked for again under its key, it is made anew.
    const key = await ownKey(deps.operations, held.entry);
    const { clientId } = held.entry.operation;
    await end(deps, held, {
      came: { outcome: "undone", credentialId: taken.keyIds[0] },
      secrets: goneLeft(clientId, taken.keyIds, deps.runtime.now()),
      ...(key && { key: { key } }),
    });
    return "undone";
  };
