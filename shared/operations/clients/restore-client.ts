import { done, type Outcome, refused } from "../../base/outcome.ts";
import type { ClientRecord } from "../../clients/client.ts";
import type { Answer, DeletedClient, DirectoryClient, Expected } from "../../clients/ports.ts";
import type { ClientRefusal } from "../../clients/reasons.ts";
import type { AccountRefusal } from "../admission/account.ts";
import { beginChange, type Change, type ChangeRequest, settled } from "../admission/change.ts";
import { end } from "../admission/end.ts";
import { afterTheChange } from "../admission/executed.ts";
import type { IdempotentRequest, KeyRefusal } from "../admission/key.ts";
import type { RestoreOperation } from "../admission/operation.ts";
import { replayChange } from "../admission/replay-change.ts";
import { announceBack, backAgain, bringBack, forget, type RestoreDeps } from "./restored.ts";

export interface RestoreRequest extends Omit<ChangeRequest, "ifMatch"> {
  readonly as: "customer" | "operator";
  readonly idempotency?: IdempotentRequest | undefined;
}

/** A client that is back; and as the directory has it now, where it said so. */
export interface Restored {
  readonly record: ClientRecord;
  readonly shown?: DirectoryClient | undefined;
}

type Refused = ClientRefusal | AccountRefusal | KeyRefusal;

/**
 * Brings a deleted client back, with its ids and secrets, within the 30 days that the directory keeps it. It takes a place as a
 * new one does. Its consent is looked at anew, by a message: the directory restores no grant. One directory call.
 */
export async function restoreClient(
  deps: RestoreDeps,
  request: RestoreRequest,
): Promise<Outcome<Restored, Refused>> {
  const { clientId, as, idempotency } = request;
  const keyHash = idempotency?.keyHash;
  const operation: RestoreOperation = { kind: "restore", clientId, as, keyHash };
  const begun = await beginChange(deps, request, operation, idempotency);
  if (begun.state === "known") {
    const before = await replayChange(deps, begun.key, request);
    return before.ok ? { ...before, value: { record: before.value } } : before;
  }
  if (begun.state === "refused") return refused(begun.refusal);
  const { change } = begun;
  const { client, expected } = change;
  if (!("deletedAt" in client)) throw new Error("A restore was admitted without what was deleted");
  const answer = await inDirectory(deps, client, expected);
  if (answer.kind === "refused" && answer.refusal.reason === "absent") {
    await forget(deps, change.held, client, { key: change.key, known: change.account });
    change.forget();
    return refused({ reason: "client-gone" });
  }
  const back = await settled(deps, change, answer, () => undefined);
  if (!back.ok) return back;
  return done({ record: await finish(deps, change, client), shown: back.value });
}

const inDirectory = (
  deps: RestoreDeps,
  client: DeletedClient,
  expected: Expected,
): Promise<Answer<DirectoryClient | undefined>> =>
  afterTheChange(() => bringBack(deps, client, expected));

async function finish(
  deps: RestoreDeps,
  { held, key, account, forget: callOff }: Change<RestoreOperation>,
  client: DeletedClient,
): Promise<ClientRecord> {
  const back = await afterTheChange(async () => {
    const next = backAgain(deps, held, client);
    await announceBack(deps, held, next);
    await end(deps, held, {
      came: { outcome: "done" },
      back: { from: client, record: next, known: account },
      secrets: [{ now: "back", clientId: next.id }],
      ...(key && { key: { key, result: { clientId: next.id } } }),
    });
    return next;
  });
  callOff();
  return back;
}
