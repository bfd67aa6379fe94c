import { done, type Outcome, refused } from "../../base/outcome.ts";
import type { ClientRecord } from "../../clients/client.ts";
import type { VersionedClient } from "../../clients/ports.ts";
import type { ClientRefusal } from "../../clients/reasons.ts";
import type { AccountRefusal } from "../admission/account.ts";
import { beginChange, type ChangeDeps, type ChangeRequest, settled } from "../admission/change.ts";
import { unavailable } from "../admission/directory-answer.ts";
import { end } from "../admission/end.ts";
import { afterTheChange } from "../admission/executed.ts";
import type { DeleteOperation, Held } from "../admission/operation.ts";
import type { VersionedAccount } from "../admission/ports.ts";
import { eventOf, tell, toldAt } from "../admission/tell.ts";
import { mayBeLate, NOT_LATE, type Settler } from "../settling/settler.ts";
import { undone } from "../settling/undone.ts";
import { refusedByStop } from "./stopped.ts";

export interface DeleteDeps extends ChangeDeps {
  /** Takes the client's consent off its list, which would keep a person's name. Safe to repeat. */
  unlist(record: ClientRecord): Promise<void>;
}

/** Deletes a client; the directory keeps it for 30 days. One directory call. */
export async function deleteClient(
  deps: DeleteDeps,
  request: ChangeRequest & {
    /** The end of the whole subscription that it is part of: charged to nobody. */
    readonly withSubscription?: string;
  },
): Promise<Outcome<undefined, ClientRefusal | AccountRefusal>> {
  const { clientId, withSubscription } = request;
  const begun = await beginChange(deps, request, { kind: "delete", clientId, withSubscription });
  if (begun.state === "known") throw new Error("A delete has no key");
  if (begun.state === "refused") return refused(begun.refusal);
  const { change } = begun;
  const answer = await deps.directory.delete(clientId, change.expected);
  // "Not there" is as good as deleted: nobody else changes the client meanwhile.
  const gone = answer.kind === "refused" && answer.refusal.reason === "absent";
  const deleted = gone ? done(undefined) : await settled(deps, change, answer, () => undefined);
  if (!deleted.ok) return deleted;
  await afterTheChange(() => finish(deps, change.held, change.client, change.account));
  change.forget();
  return done(undefined);
}

/** A delete that the directory refuses for good has not happened: the client stays, and nobody is told of anything. */
export const settleDelete =
  (deps: DeleteDeps): Settler<DeleteOperation> =>
  async (held) => {
    const { subscription, operation } = held.entry;
    const client = await deps.records.client(subscription, operation.clientId);
    // Found deleted in the directory meanwhile, and told of as that.
    if (!client) return undone(deps, held, "deleted-in-directory");
    // Set aside, deleted by another request, and back: that is not what was to be deleted.
    const { restoredAt } = client.record;
    if (restoredAt && restoredAt > held.entry.startedAt) return undone(deps, held, "restored");
    // What has not heard of the delete yet shows the client all the same.
    if (await isCalledOff(deps, held, client))
      return mayBeLate(held) ? "waiting" : undone(deps, held, "reversed");
    const answer = await deps.directory.delete(operation.clientId, NOT_LATE);
    if (answer.kind === "refused" && answer.refusal.reason === "absent") {
      if (mayBeLate(held)) return "waiting";
    } else if (answer.kind === "refused") return undone(deps, held, answer.refusal.reason);
    else if (answer.kind !== "done") throw unavailable(answer);
    await finish(deps, held, client);
    return "finished";
  };

/** Part of the end of a customer who is kept after all; unless the directory has deleted it by then. */
async function isCalledOff(
  { operations, directory }: DeleteDeps,
  { entry: { subscription, operation } }: Held<DeleteOperation>,
  { record }: VersionedClient,
): Promise<boolean> {
  if (operation.withSubscription === undefined) return false;
  const { account } = await operations.account(subscription);
  if (refusedByStop(operation, account, record) === undefined) return false;
  return (await directory.get(record.id, NOT_LATE)) !== undefined;
}

/** What is left when the directory has deleted the client. Every step may be taken again. */
async function finish(
  deps: DeleteDeps,
  held: Held<DeleteOperation>,
  client: VersionedClient,
  known?: VersionedAccount,
): Promise<void> {
  const { entry } = held;
  const { clientId } = entry.operation;
  const about = { clientId, at: toldAt(entry), data: {} };
  // The id that a deletion found in the directory has too: a client is deleted once, whoever tells of it.
  const event = {
    ...eventOf(entry, "client.deleted", about),
    id: `${client.record.operationId}:client.deleted`,
  };
  await Promise.all([tell(deps, event), deps.unlist(client.record)]);
  await end(deps, held, {
    came: { outcome: "done" },
    deleted: { client, at: deps.runtime.now() },
    placeBack: { known },
  });
}
