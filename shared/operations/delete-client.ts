import { done, type Outcome, refused } from "../base/outcome.ts";
import type { ClientRecord } from "../clients/client.ts";
import type { VersionedAccount } from "../clients/ports.ts";
import type { ClientRefusal } from "../clients/reasons.ts";
import { announce } from "../events/announce.ts";
import type { AccountRefusal } from "./account.ts";
import { beginChange, type ChangeDeps, type ChangeRequest } from "./begin-change.ts";
import type { HeldEntry, Operation } from "./journal.ts";

type DeleteOperation = Extract<Operation, { kind: "delete" }>;

/** Deletes a client; the directory keeps it for 30 days. One directory call. */
export async function deleteClient(
  deps: ChangeDeps,
  request: ChangeRequest,
): Promise<Outcome<undefined, ClientRefusal | AccountRefusal>> {
  const begun = await beginChange(deps, request, { kind: "delete", clientId: request.clientId });
  if (!begun.ok) return begun;
  const { held, client, expected, giveUp, attempt } = begun.value;
  const { id, subscription } = client.record;
  // The account is read while the directory works, which takes its time anyway.
  const [deleted, account] = await attempt(() =>
    Promise.all([deps.directory.delete(id, expected), deps.records.account(subscription)]),
  );
  // "Not there" is as good as deleted, unless another request has deleted it, and told everybody.
  if (!deleted && !(await expected.recorded())) {
    await giveUp();
    return refused({ reason: "not-found" });
  }
  await recordDeletion(deps, held, client.record, account);
  await deps.journal.close(held);
  return done(undefined);
}

/**
 * What is left when the directory has deleted the client. Every step may be taken again; the reconciler does just that.
 *
 * @param record the client, if its record is still there
 * @param account its subscription's, if it is known
 */
export async function recordDeletion(
  deps: Pick<ChangeDeps, "records" | "events" | "journal" | "runtime">,
  { entry }: HeldEntry<DeleteOperation>,
  record: ClientRecord | undefined,
  account?: VersionedAccount,
): Promise<void> {
  const { operationId, subscription, operation, startedAt } = entry;
  const { clientId } = operation;
  await Promise.all([
    record && deps.records.remove(record, account),
    announce(deps, {
      id: `${operationId}:client.deleted`,
      type: "client.deleted",
      time: startedAt.toISOString(),
      clientId,
      subscription,
      data: {},
    }),
  ]);
}
