import type { ChangeDeps } from "./change.ts";
import { unavailable } from "./directory-answer.ts";
import { end } from "./end.ts";
import type { AddSecretOperation } from "./operation.ts";
import { ownKey } from "./own-key.ts";
import { mayBeLate, NOT_LATE, type Settler } from "./settler.ts";
import { tell } from "./tell.ts";

/**
 * Takes back a secret whose value can have reached nobody: the operation that made it ended before it could answer. Name,
 * start and end were chosen by us to the millisecond and recorded before, so they tell it from all others.
 */
export const settleAddSecret =
  (deps: ChangeDeps): Settler<AddSecretOperation> =>
  async (held) => {
    const { operation, operationId, subscription } = held.entry;
    const { clientId } = operation;
    const secrets = (await deps.directory.secretsOf(clientId, NOT_LATE)) ?? [];
    const left = secrets.filter(
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
    // Asked for again under its key, it is made anew.
    const key = await ownKey(deps.operations, held.entry);
    await end(deps, held, {
      came: { outcome: "undone", credentialId: left[0]?.keyId },
      // Nobody has recorded it; a directory that is late shows it for a while, and then it is known to have gone.
      secrets: left.map(({ keyId }) => ({
        now: "gone",
        clientId,
        keyId,
        at: deps.runtime.now(),
      })),
      ...(key && { key: { key } }),
    });
    return "undone";
  };
