import type { ClientRecord } from "../../clients/client.ts";
import { withoutSecret } from "../../clients/known-secrets.ts";
import type { Secret } from "../../clients/secret.ts";
import type { ChangeDeps } from "../admission/change.ts";
import { unavailable } from "../admission/directory-answer.ts";
import { end, type SecretLeft } from "../admission/end.ts";
import type { AddSecretOperation, Held, RotateSecretOperation } from "../admission/operation.ts";
import { ownKey } from "../admission/own-key.ts";
import { mayBeLate, NOT_LATE, type Settler } from "./settler.ts";
import { noteTakenBack, tellTakenBack } from "./taken-back.ts";

type Making = AddSecretOperation | RotateSecretOperation;

/** What is left of a secret that nobody was given. */
export interface TakenBack<Kind extends Making> {
  /** The operation as it is now. */
  readonly held: Held<Kind>;
  /** Those that were removed: one, or none. */
  readonly keyIds: readonly string[];
  /** What the directory showed before; nothing: it does not know the client. */
  readonly shown: readonly Secret[] | undefined;
}

/**
 * Takes back a secret whose value can have reached nobody: the operation that made it ended before it could answer. Name,
 * start and end were chosen by us to the millisecond and recorded before, so they tell it from all others.
 */
export async function takeBack<Kind extends Making>(
  deps: ChangeDeps,
  held: Held<Kind>,
): Promise<TakenBack<Kind> | "waiting" | { readonly stuck: string; readonly held: Held }> {
  const { operation, takesBack } = held.entry;
  const { clientId } = operation;
  const shown = await deps.directory.secretsOf(clientId, NOT_LATE);
  const left = (shown ?? []).filter(
    ({ displayName, createdAt, expiresAt }) =>
      displayName === operation.displayName &&
      createdAt.getTime() === Date.parse(operation.createdAt) &&
      expiresAt.getTime() === Date.parse(operation.expiresAt),
  );
  if (left.length === 0 && !takesBack && mayBeLate(held)) return "waiting";
  const keyIds = left.length > 0 ? left.map(({ keyId }) => keyId) : (takesBack?.keyIds ?? []);
  const noted = await noteTakenBack(deps, held, { clientId, keyIds });
  if (!noted) return "waiting";
  for (const { keyId } of left) {
    const removed = await deps.directory.removeSecret(clientId, keyId, NOT_LATE);
    if (removed.kind === "not-now" || removed.kind === "unknown") throw unavailable(removed);
    if (removed.kind === "done") continue;
    const { reason } = removed.refusal;
    // Shown a moment ago: one of the two answers is late, and the next look at the list tells which.
    if (reason === "absent" || reason === "secret-absent") return "waiting";
    return { stuck: reason, held: noted };
  }
  await tellTakenBack(deps, noted.entry, { clientId, keyIds });
  return { held: noted, keyIds, shown };
}

/** Whoever has seen one in the directory meanwhile, and waits to change it, finds here that it has gone. */
export const withoutSecrets = (
  record: ClientRecord,
  keyIds: readonly string[],
  at: Date,
): ClientRecord => keyIds.reduce((it, keyId) => withoutSecret(it, keyId, at), record);

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
    const { subscription, operation } = held.entry;
    const { clientId } = operation;
    const { keyIds } = taken;
    const at = deps.runtime.now();
    const from = keyIds.length > 0 && (await deps.records.client(subscription, clientId));
    await end(deps, taken.held, {
      came: { outcome: "undone", credentialId: keyIds[0] },
      ...(from && { changed: { from, next: (it) => withoutSecrets(it, keyIds, at) } }),
      secrets: goneLeft(clientId, keyIds, at),
      ...(key && { key: { key } }),
    });
    return "undone";
  };
