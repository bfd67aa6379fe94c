import { done, type Outcome, refused } from "../../base/outcome.ts";
import type { Answer, Expected } from "../../clients/ports.ts";
import type { ClientRefusal } from "../../clients/reasons.ts";
import type { AccountRefusal } from "../admission/account.ts";
import { beginChange, type ChangeDeps, type ChangeRequest, settled } from "../admission/change.ts";
import { unavailable } from "../admission/directory-answer.ts";
import { afterTheChange } from "../admission/executed.ts";
import type { PurgeOperation } from "../admission/operation.ts";
import { mayBeLate, NOT_LATE, type Settler } from "../settling/settler.ts";
import { undone } from "../settling/undone.ts";
import { forget, isOfAnother } from "./restored.ts";

/**
 * Deletes a deleted client for good: nobody restores it any more, and the directory has room for another. An operator's; charged
 * to nobody. One directory call.
 */
export async function purgeClient(
  deps: ChangeDeps,
  request: Omit<ChangeRequest, "ifMatch">,
): Promise<Outcome<undefined, ClientRefusal | AccountRefusal>> {
  const { clientId } = request;
  const begun = await beginChange(deps, request, { kind: "purge", clientId });
  if (begun.state === "known") throw new Error("A purge has no key of the customer's");
  if (begun.state === "refused") return refused(begun.refusal);
  const { client, held, account, expected, forget: callOff } = begun.change;
  if (!("deletedAt" in client)) throw new Error("A purge was admitted without what was deleted");
  const answer = await afterTheChange(() => forGood(deps, clientId, expected));
  const purged = await settled(
    deps,
    begun.change,
    isAbsent(answer) ? GONE : answer,
    () => undefined,
  );
  if (!purged.ok) return purged;
  await afterTheChange(() => forget(deps, held, client, { known: account }));
  callOff();
  return done(undefined);
}

export const settlePurge =
  (deps: ChangeDeps): Settler<PurgeOperation> =>
  async (held) => {
    const { subscription, operation } = held.entry;
    const client = await deps.records.deleted(subscription, operation.clientId);
    if (!client) return undone(deps, held, "absent");
    if (isOfAnother(held, client)) return undone(deps, held, "restored");
    const found = await forGood(deps, operation.clientId, NOT_LATE);
    if (isAbsent(found) && mayBeLate(held)) return "waiting";
    const answer = isAbsent(found) ? GONE : found;
    if (answer.kind === "refused") return undone(deps, held, answer.refusal.reason);
    if (answer.kind !== "done") throw unavailable(answer);
    await forget(deps, held, client);
    return "finished";
  };

/** Not among the deleted, it is gone: `absent`; or somebody has restored it in the directory, where it works without an owner here. */
async function forGood(
  { directory, runtime }: Pick<ChangeDeps, "directory" | "runtime">,
  id: string,
  expected: Expected,
): Promise<Answer<undefined>> {
  const first = await directory.purge(id, NOT_LATE);
  if (!isAbsent(first)) return first;
  const deleted = await directory.delete(id, NOT_LATE);
  if (deleted.kind !== "done" && !isAbsent(deleted)) return deleted;
  // A late directory does not show yet among the deleted what was deleted a moment ago.
  const isNew = deleted.kind === "done";
  return directory.purge(id, isNew ? { createdAt: runtime.now() } : expected);
}

const GONE = { kind: "done", value: undefined } as const;
const isAbsent = (answer: Answer<unknown>): boolean =>
  answer.kind === "refused" && answer.refusal.reason === "absent";
