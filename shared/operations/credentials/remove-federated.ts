import { done, type Outcome, refused } from "../../base/outcome.ts";
import type { FederatedRefusal } from "../../clients/federated/reasons.ts";
import { isSameKey } from "../../clients/known-secrets.ts";
import type { ClientRefusal } from "../../clients/reasons.ts";
import type { AccountRefusal } from "../admission/account.ts";
import { beginChange, type ChangeDeps, type ChangeRequest, settled } from "../admission/change.ts";
import { unavailable } from "../admission/directory-answer.ts";
import { end } from "../admission/end.ts";
import { afterTheChange } from "../admission/executed.ts";
import type { Held, RemoveFederatedOperation } from "../admission/operation.ts";
import { eventOf, tell } from "../admission/tell.ts";
import { isDoneBefore } from "../settling/done-before.ts";
import { mayBeLate, NOT_LATE, type Settler } from "../settling/settler.ts";
import { undone } from "../settling/undone.ts";
import { isLastBySince, unlessLastTrust } from "./last-secret.ts";

export interface RemoveFederatedRequest extends ChangeRequest {
  readonly credentialId: string;
  /** The caller knows that the client may be left without a credential. */
  readonly evenLast?: boolean;
}

/**
 * Ends the directory's trust; tokens already issued for it live until they expire. One directory call; of a client that has its
 * consent one more, and a third where it has nothing else.
 */
export async function removeFederated(
  deps: ChangeDeps,
  request: RemoveFederatedRequest,
): Promise<Outcome<undefined, ClientRefusal | FederatedRefusal | AccountRefusal>> {
  const { evenLast = false, clientId, credentialId } = request;
  const forbids = evenLast ? undefined : unlessLastTrust(deps, credentialId);
  const operation = {
    ...({ kind: "remove-federated", clientId, credentialId } as const),
    ...(evenLast && { evenLast }),
  };
  const begun = await beginChange(deps, { ...request, forbids }, operation);
  if (begun.state === "known") throw new Error("A removal has no key");
  if (begun.state === "refused") return refused(begun.refusal);
  const { change } = begun;
  const answer = await deps.directory.removeFederated(clientId, credentialId, change.expected);
  const removed = await settled(deps, change, answer, ({ reason }) => {
    if (reason === "absent") return { reason: "not-found" } as const;
    return reason === "federated-absent" ? ({ reason: "federated-not-found" } as const) : undefined;
  });
  if (!removed.ok) return removed;
  await afterTheChange(() => finish(deps, change.held));
  change.forget();
  return done(undefined);
}

async function finish(deps: ChangeDeps, held: Held<RemoveFederatedOperation>): Promise<void> {
  const { clientId, credentialId } = held.entry.operation;
  const data = { credentialId, kind: "federated" };
  const about = { clientId, at: held.entry.startedAt, data };
  await tell(deps, eventOf(held.entry, "federated-credential.removed", about));
  await end(deps, held, { came: { outcome: "done" } });
}

/** Whether the first attempt got through or not, it is gone after this. A directory that is late is asked twice. */
export const settleRemoveFederated =
  (deps: ChangeDeps): Settler<RemoveFederatedOperation> =>
  async (held) => {
    const { subscription, operation } = held.entry;
    const { clientId, credentialId } = operation;
    const client = await deps.records.client(subscription, clientId);
    if (await isLastBySince(held, client, unlessLastTrust(deps, credentialId)))
      return undone(deps, held, "last-secret");
    const answer = await deps.directory.removeFederated(clientId, credentialId, NOT_LATE);
    if (answer.kind === "not-now" || answer.kind === "unknown") throw unavailable(answer);
    if (answer.kind === "refused") {
      const { reason } = answer.refusal;
      const isUnlisted = async () => {
        const left = await deps.directory.federatedOf(clientId, NOT_LATE);
        return left?.every(({ id }) => !isSameKey(id, credentialId)) ?? false;
      };
      const isGone =
        reason === "federated-absent" || (await isDoneBefore(answer.refusal, isUnlisted));
      if ((isGone || reason === "absent") && mayBeLate(held)) return "waiting";
      if (!isGone) return undone(deps, held, reason);
    }
    await finish(deps, held);
    return "finished";
  };
