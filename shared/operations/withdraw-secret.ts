import type { Runtime } from "../base/runtime.ts";
import type { SecretDirectory } from "../clients/secret-directory.ts";
import { announce } from "../events/announce.ts";
import type { EventPublisher } from "../events/client-event.ts";
import type { IdempotencyRecords } from "./idempotency.ts";
import { type HeldEntry, type Journal, LOOKS, NOT_LATE, type Operation } from "./journal.ts";

/**
 * Takes back a secret whose value can have reached nobody: the operation that made it ended before it could answer. Name,
 * start and end were chosen by us to the millisecond and written to the journal first, so they tell it from all others.
 */
export async function withdrawSecret(
  deps: {
    readonly directory: SecretDirectory;
    readonly events: EventPublisher;
    readonly idempotency: IdempotencyRecords;
    readonly journal: Journal;
    readonly runtime: Runtime;
  },
  { entry }: HeldEntry<Extract<Operation, { kind: "add-secret" }>>,
): Promise<"undone" | "waiting"> {
  const { operation, operationId, subscription, looks } = entry;
  const { clientId } = operation;
  const secrets = (await deps.directory.secretsOf(clientId, NOT_LATE)) ?? [];
  const left = secrets.filter(
    (secret) =>
      secret.displayName === operation.displayName &&
      secret.createdAt.getTime() === Date.parse(operation.createdAt) &&
      secret.expiresAt.getTime() === Date.parse(operation.expiresAt),
  );
  if (left.length === 0 && looks < LOOKS) return "waiting";
  for (const { keyId } of left) {
    await deps.directory.removeSecret(clientId, keyId, NOT_LATE);
    await announce(deps, {
      id: `${operationId}:secret.removed`,
      type: "secret.removed",
      time: deps.runtime.now().toISOString(),
      clientId,
      subscription,
      data: { keyId },
    });
  }
  // Asked for again under its key, it is made anew.
  if (operation.keyHash) {
    await deps.idempotency.forget(subscription, operation.keyHash, operationId);
  }
  return "undone";
}
