import { done, type Outcome, refused } from "../../base/outcome.ts";
import type { ClientRecord } from "../../clients/client.ts";
import type { ClientRefusal } from "../../clients/reasons.ts";
import type { AccountRefusal } from "../admission/account.ts";
import { beginChange, type ChangeDeps, type ChangeRequest, settled } from "../admission/change.ts";
import { unavailable } from "../admission/directory-answer.ts";
import { end } from "../admission/end.ts";
import { afterTheChange } from "../admission/executed.ts";
import type { Held, RenameOperation } from "../admission/operation.ts";
import { eventOf, tell, toldAt } from "../admission/tell.ts";
import { isDoneBefore } from "../settling/done-before.ts";
import { isOvertaken } from "../settling/overtaken.ts";
import { mayBeLate, NOT_LATE, type Settler } from "../settling/settler.ts";
import { undone } from "../settling/undone.ts";

/** Gives a client another name. One directory call; safe to repeat. */
export async function renameClient(
  deps: ChangeDeps,
  request: ChangeRequest & { readonly displayName: string },
): Promise<Outcome<ClientRecord, ClientRefusal | AccountRefusal>> {
  const { clientId, displayName } = request;
  const begun = await beginChange(deps, request, { kind: "rename", clientId, displayName });
  if (begun.state === "known") throw new Error("A rename has no key");
  if (begun.state === "refused") return refused(begun.refusal);
  const { change } = begun;
  const answer = await deps.directory.rename(clientId, displayName, change.expected);
  const renamed = await settled(deps, change, answer, ({ reason }) =>
    reason === "absent" ? ({ reason: "not-found" } as const) : undefined,
  );
  if (!renamed.ok) return renamed;
  const record = await afterTheChange(async () => {
    if (isNew(change.client.record, displayName)) await tell(deps, renamedEvent(change.held));
    return end(deps, change.held, {
      came: { outcome: "done" },
      changed: { from: change.client, next: named(displayName) },
    });
  });
  change.forget();
  return record ? done(record) : refused({ reason: "not-found" });
}

/** A name that the directory did not take is not recorded either; whichever attempt got through, the name is the same. */
export const settleRename =
  (deps: ChangeDeps): Settler<RenameOperation> =>
  async (held) => {
    const { subscription, operation } = held.entry;
    const client = await deps.records.client(subscription, operation.clientId);
    // The client has gone since, and its name with it.
    if (!client) return undone(deps, held, "absent");
    if (await isOvertaken(deps, held, "client.renamed")) return undone(deps, held, "renamed");
    const answer = await deps.directory.rename(operation.clientId, operation.displayName, NOT_LATE);
    if (answer.kind === "refused") {
      const { reason } = answer.refusal;
      const look = () => deps.directory.get(operation.clientId, NOT_LATE);
      const isSo = async () => (await look())?.displayName === operation.displayName;
      if (!(await isDoneBefore(answer.refusal, isSo)))
        return mayBeLate(held) ? "waiting" : undone(deps, held, reason);
    } else if (answer.kind !== "done") throw unavailable(answer);
    if (isNew(client.record, operation.displayName)) await tell(deps, renamedEvent(held));
    await end(deps, held, {
      came: { outcome: "done" },
      changed: { from: client, next: named(operation.displayName) },
    });
    return "finished";
  };

/**
 * The name it has already changes nothing and is told to nobody. The directory is asked all the same: somebody may have given the
 * client another name there.
 */
const isNew = (record: ClientRecord, displayName: string): boolean =>
  record.displayName !== displayName;

const named = (displayName: string) => (record: ClientRecord) =>
  isNew(record, displayName) ? { ...record, displayName, revision: record.revision + 1 } : record;

const renamedEvent = ({ entry }: Held<RenameOperation>) => {
  const { clientId, displayName } = entry.operation;
  return eventOf(entry, "client.renamed", { clientId, at: toldAt(entry), data: { displayName } });
};
