import { done, type Outcome, refused } from "../base/outcome.ts";
import type { ClientRefusal } from "../clients/reasons.ts";
import type { SecretRefusal } from "../clients/secret-reasons.ts";
import { announce } from "../events/announce.ts";
import type { AccountRefusal } from "./account.ts";
import type { AddSecretDeps } from "./add-secret.ts";
import { beginChange, type ChangeRequest } from "./begin-change.ts";
import { type HeldEntry, NOT_LATE, type Operation } from "./journal.ts";

type RemoveOperation = Extract<Operation, { kind: "remove-secret" }>;

/** Removes a secret; tokens already issued with it live until they expire. One directory call. */
export async function removeSecret(
  deps: AddSecretDeps,
  request: ChangeRequest & { readonly keyId: string },
): Promise<Outcome<undefined, ClientRefusal | SecretRefusal | AccountRefusal>> {
  const begun = await beginChange(deps, request, {
    kind: "remove-secret",
    clientId: request.clientId,
    keyId: request.keyId,
  });
  if (!begun.ok) return begun;
  const { held, expected, attempt } = begun.value;
  const removed = await attempt(() =>
    deps.directory.removeSecret(request.clientId, request.keyId, expected),
  );
  if (removed === "removed") await tell(deps, held);
  await deps.journal.close(held);
  switch (removed) {
    case "removed":
      return done(undefined);
    case "secret-not-found":
      return refused({ reason: "secret-not-found" });
    case "client-not-found":
      return refused({ reason: "not-found" });
  }
}

/**
 * Takes an abandoned removal to its end: whether the first attempt got through or not, the secret is gone after this. False:
 * the directory does not show the client.
 */
export async function finishRemove(
  deps: Pick<AddSecretDeps, "directory" | "events" | "journal" | "runtime">,
  held: HeldEntry<RemoveOperation>,
): Promise<boolean> {
  const { clientId, keyId } = held.entry.operation;
  const removed = await deps.directory.removeSecret(clientId, keyId, NOT_LATE);
  if (removed === "client-not-found") return false;
  await tell(deps, held);
  return true;
}

const tell = (
  deps: Pick<AddSecretDeps, "events" | "journal" | "runtime">,
  { entry }: HeldEntry<RemoveOperation>,
): Promise<void> =>
  announce(deps, {
    id: `${entry.operationId}:secret.removed`,
    type: "secret.removed",
    time: entry.startedAt.toISOString(),
    clientId: entry.operation.clientId,
    subscription: entry.subscription,
    data: { keyId: entry.operation.keyId },
  });
