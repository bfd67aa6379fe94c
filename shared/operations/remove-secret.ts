import { done, type Outcome, refused } from "../base/outcome.ts";
import { withoutSecret } from "../clients/known-secrets.ts";
import type { VersionedClient } from "../clients/ports.ts";
import type { ClientRefusal } from "../clients/reasons.ts";
import type { SecretRefusal } from "../clients/secret-reasons.ts";
import type { AccountRefusal } from "./account.ts";
import { beginChange, type ChangeDeps, type ChangeRequest, settled } from "./change.ts";
import { unavailable } from "./directory-answer.ts";
import { end, type Left } from "./end.ts";
import { afterTheChange } from "./executed.ts";
import { unlessLast } from "./last-secret.ts";
import type { Held, RemoveSecretOperation } from "./operation.ts";
import { mayBeLate, NOT_LATE, type Settler } from "./settler.ts";
import { eventOf, tell } from "./tell.ts";

export interface RemoveSecretRequest extends ChangeRequest {
  readonly keyId: string;
  /** The caller knows that the client may be left without a secret. */
  readonly evenLast?: boolean;
}

/** Removes a secret; tokens already issued with it live until they expire. One directory call. */
export async function removeSecret(
  deps: ChangeDeps,
  { evenLast = false, ...request }: RemoveSecretRequest,
): Promise<Outcome<undefined, ClientRefusal | SecretRefusal | AccountRefusal>> {
  const { clientId, keyId } = request;
  const begun = await beginChange(
    deps,
    { ...request, forbids: evenLast ? undefined : unlessLast(deps, keyId) },
    { kind: "remove-secret", clientId, keyId },
  );
  if (begun.state === "known") throw new Error("A removal has no key");
  if (begun.state === "refused") return refused(begun.refusal);
  const { change } = begun;
  const answer = await deps.directory.removeSecret(clientId, keyId, change.expected);
  const removed = await settled(deps, change, answer, ({ reason }) => {
    if (reason === "absent") return { reason: "not-found" } as const;
    return reason === "secret-absent" ? ({ reason: "secret-not-found" } as const) : undefined;
  });
  if (!removed.ok) return removed;
  await afterTheChange(async () => {
    await tell(deps, removedEvent(change.held));
    await end(deps, change.held, removedOf(deps, change.held, change.client));
  });
  change.forget();
  return done(undefined);
}

/** Whether the first attempt got through or not, the secret is gone after this. */
export const settleRemoveSecret =
  (deps: ChangeDeps): Settler<RemoveSecretOperation> =>
  async (held) => {
    const { subscription, operation } = held.entry;
    const { clientId, keyId } = operation;
    const answer = await deps.directory.removeSecret(clientId, keyId, NOT_LATE);
    const reason = answer.kind === "refused" ? answer.refusal.reason : undefined;
    if (reason === "absent" && mayBeLate(held)) return "waiting";
    if (reason !== undefined && reason !== "secret-absent") {
      await end(deps, held, { came: { outcome: "undone", reason } });
      return "undone";
    }
    if (answer.kind === "not-now" || answer.kind === "unknown") throw unavailable(answer);
    await tell(deps, removedEvent(held));
    const client = await deps.records.client(subscription, clientId);
    await end(deps, held, removedOf(deps, held, client));
    return "finished";
  };

/** Its record goes whether it had one or not. */
const removedOf = (
  { runtime }: ChangeDeps,
  { entry }: Held<RemoveSecretOperation>,
  client: VersionedClient | undefined,
): Left => {
  const { clientId, keyId } = entry.operation;
  const at = runtime.now();
  return {
    came: { outcome: "done" },
    ...(client && { changed: { from: client, next: (it) => withoutSecret(it, keyId, at) } }),
    secrets: [{ now: "gone", clientId, keyId, at }],
  };
};

const removedEvent = ({ entry }: Held<RemoveSecretOperation>) => {
  const { clientId, keyId } = entry.operation;
  return eventOf(entry, "secret.removed", { clientId, at: entry.startedAt, data: { keyId } });
};
