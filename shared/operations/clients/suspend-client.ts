import { done, type Outcome, refused } from "../../base/outcome.ts";
import { THE_SERVICE } from "../../clients/actor.ts";
import type { ClientRecord } from "../../clients/client.ts";
import type { VersionedClient } from "../../clients/ports.ts";
import type { ClientRefusal } from "../../clients/reasons.ts";
import { type Suspension, withoutOperators } from "../../clients/suspension.ts";
import type { AccountRefusal } from "../admission/account.ts";
import { beginChange, type ChangeDeps, type ChangeRequest, settled } from "../admission/change.ts";
import { unavailable } from "../admission/directory-answer.ts";
import { end, type Left } from "../admission/end.ts";
import { afterTheChange } from "../admission/executed.ts";
import type { IdempotentRequest, KeyRefusal } from "../admission/key.ts";
import type { Held, ResumeOperation, SuspendOperation } from "../admission/operation.ts";
import { ownKey } from "../admission/own-key.ts";
import { replayChange } from "../admission/replay-change.ts";
import { eventOf, tell, toldAt } from "../admission/tell.ts";
import { isDoneBefore } from "../settling/done-before.ts";
import { isOvertaken } from "../settling/overtaken.ts";
import { mayBeLate, NOT_LATE, type Settler } from "../settling/settler.ts";
import { undone } from "../settling/undone.ts";
import { announceStop } from "./announce-stop.ts";
import { refusedByStop } from "./stopped.ts";

type StopOperation = SuspendOperation | ResumeOperation;
type Stopped = Promise<Outcome<ClientRecord, ClientRefusal | AccountRefusal | KeyRefusal>>;
interface StopRequest extends ChangeRequest {
  /** The operation on the whole subscription that it is part of. */
  readonly withSubscription?: string;
  /** A customer's own is charged to their limits, and is theirs to undo. An operator's when left out. */
  readonly as?: "customer" | "operator";
  /** A customer's; what operators do has keys of its own. */
  readonly idempotency?: IdempotentRequest;
}

/**
 * Has the directory issue no more tokens to a client; tokens that are out live until they expire, and all else of the client
 * is kept. One directory call; safe to repeat. An operator's is charged to nobody: it has to work when the customer's limits
 * are used up.
 */
export const suspendClient = (
  deps: ChangeDeps,
  { reason, ...request }: StopRequest & { readonly reason: string },
): Stopped => carryOut(deps, request, { kind: "suspend", reason, ...operationOf(request) });

/**
 * The reverse: the client gets tokens again, with the secrets and the consent that it has. Where operators end their stop of what its
 * customer has stopped before, it stays stopped.
 */
export const resumeClient = (deps: ChangeDeps, request: StopRequest): Stopped =>
  carryOut(deps, request, { kind: "resume", ...operationOf(request) });

const operationOf = ({ clientId, withSubscription, as, idempotency }: StopRequest) => ({
  clientId,
  withSubscription,
  as,
  keyHash: idempotency?.keyHash,
});

async function carryOut(deps: ChangeDeps, request: StopRequest, operation: StopOperation): Stopped {
  const begun = await beginChange(deps, request, operation, request.idempotency);
  if (begun.state === "known") return replayChange(deps, begun.key, request);
  if (begun.state === "refused") return refused(begun.refusal);
  const { change } = begun;
  const { clientId } = operation;
  const { key } = change;
  const disabled = stopLeft(change.held, change.client.record) !== undefined;
  const answer = await deps.directory.setDisabled(clientId, disabled, change.expected);
  const stopped = await settled(deps, change, answer, ({ reason }) =>
    reason === "absent" ? ({ reason: "not-found" } as const) : undefined,
  );
  if (!stopped.ok) return stopped;
  const record = await afterTheChange(async () => {
    const told = await tellStop(deps, change.held, change.client.record);
    return end(deps, change.held, {
      ...{ came: { outcome: "done" }, ...told },
      changed: { from: change.client, next: after(change.held) },
      ...(key && { key: { key, result: { clientId } } }),
    });
  });
  change.forget();
  return record ? done(record) : refused({ reason: "not-found" });
}

/**
 * Whatever the first attempt came to, the directory is told once more, and what it refuses for good has not happened. What was set
 * aside held nothing: where somebody has said otherwise meanwhile, the directory is told what the record says. What was not may have
 * been told of, and whatever its subscription is to come to by now waits for it.
 */
export const settleStop =
  <Kind extends StopOperation>(deps: ChangeDeps): Settler<Kind> =>
  async (held) => {
    const { subscription, operation } = held.entry;
    const client = await deps.records.client(subscription, operation.clientId);
    // The client has gone since.
    if (!client) return undone(deps, held, "absent");
    const isReversed = held.entry.parkedAt !== undefined && (await isOutdated(deps, held, client));
    const wanted = isReversed ? client.record.suspended : stopLeft(held, client.record);
    const disabled = wanted !== undefined;
    const answer = await deps.directory.setDisabled(operation.clientId, disabled, NOT_LATE);
    if (answer.kind === "refused") {
      const { reason } = answer.refusal;
      const look = () => deps.directory.get(operation.clientId, NOT_LATE);
      const isSo = async () => (await look())?.disabled === disabled;
      if (isReversed || !(await isDoneBefore(answer.refusal, isSo)))
        return mayBeLate(held) ? "waiting" : undone(deps, held, reason);
    } else if (answer.kind !== "done") throw unavailable(answer);
    if (isReversed) return undone(deps, held, "reversed");
    const told = await tellStop(deps, held, client.record);
    const key = await ownKey(deps.operations, held.entry);
    await end(deps, held, {
      ...{ came: { outcome: "done" }, ...told },
      changed: { from: client, next: after(held) },
      ...(key && { key: { key, result: { clientId: operation.clientId } } }),
    });
    return "finished";
  };

/** Another change, or the account, says otherwise by now. A customer's own stop is laid beneath the operators' that stands. */
async function isOutdated(
  deps: ChangeDeps,
  held: Held<StopOperation>,
  { record }: VersionedClient,
): Promise<boolean> {
  const { operation, subscription } = held.entry;
  const { account } = await deps.operations.account(subscription);
  const isOwnStop = operation.kind === "suspend" && operation.as === "customer";
  if (!isOwnStop && refusedByStop(operation, account, record)) return true;
  return isOvertaken(deps, held, "client.suspended", "client.resumed");
}

/** Whoever asks for what is so already changes nothing, and nobody is told; the directory is asked all the same. */
const isNew = ({ entry }: Held<StopOperation>, { suspended }: ClientRecord): boolean => {
  const { operation } = entry;
  if (operation.as !== "customer")
    return operation.kind === "suspend" || suspended?.by !== "customer";
  return operation.kind === "resume"
    ? suspended !== undefined
    : withoutOperators(suspended)?.reason !== operation.reason;
};

/**
 * What stops the client from then on. What was stopped for a reason of its own is not what its subscription's end of suspension resumes,
 * and what its customer has stopped is not what an operator lets go on. The time is that of the admission, so that whoever ends it
 * writes the same.
 */
function stopLeft(
  held: Held<StopOperation>,
  { suspended: before }: ClientRecord,
): Suspension | undefined {
  const { operation, startedAt: at } = held.entry;
  const { as: by = "operator", withSubscription } = operation;
  if (operation.kind === "resume") return by === "operator" ? withoutOperators(before) : undefined;
  if (before && withSubscription !== undefined) return before;
  if (before && by === "customer" && before.by === "operator")
    return { ...before, over: { reason: operation.reason, at } };
  const own = by === "operator" ? withoutOperators(before) : undefined;
  return {
    ...{ by, reason: operation.reason, at },
    ...(withSubscription !== undefined && { withSubscription }),
    ...(own && { over: { reason: own.reason, at: own.at } }),
  };
}

const after =
  (held: Held<StopOperation>) =>
  (current: ClientRecord): ClientRecord => {
    if (!isNew(held, current)) return current;
    const { suspended: _, ...record } = current;
    const suspended = stopLeft(held, current);
    return { ...record, revision: record.revision + 1, ...(suspended && { suspended }) };
  };

/**
 * What an operator's resume leaves stopped is told as that alone, and stays on record beside the resume: at no moment does whoever
 * follows events take the client for one that gets tokens. A customer's own stop, and one that is part of another operation, are no
 * news for administrators: that operation is.
 */
async function tellStop(
  deps: ChangeDeps,
  held: Held<StopOperation>,
  before: ClientRecord,
): Promise<Pick<Left, "also">> {
  if (!isNew(held, before)) return {};
  const { operation, operationId, by, subscription } = held.entry;
  const event = stoppedEvent(held, before);
  const left = operation.kind === "resume" ? stopLeft(held, before) : undefined;
  const data = left && { by: left.by, reason: left.reason };
  const { clientId } = operation;
  const at = new Date(event.time);
  const stays = data && eventOf(held.entry, STOPPED, { clientId, at, data });
  await tell(deps, stays ?? event);
  if (operation.as !== "customer" && operation.withSubscription === undefined)
    await announceStop(
      deps,
      { ...event, data: { ...data, ...event.data } },
      { operationId, by: by.actor },
    );
  if (!stays || !data) return {};
  const about = { subscription, clientId, outcome: "done" as const, detail: data };
  return {
    also: { id: stays.id, at: deps.runtime.now(), by: THE_SERVICE, action: STOPPED, ...about },
  };
}

const STOPPED = "client.suspended";

/** Of a customer's stop that is laid beneath the operators' those are told, as what is in force. */
const stoppedEvent = ({ entry }: Held<StopOperation>, { suspended: before }: ClientRecord) => {
  const { operation } = entry;
  const { clientId, as: by = "operator" } = operation;
  const at = toldAt(entry);
  if (operation.kind === "resume")
    return eventOf(entry, "client.resumed", { clientId, at, data: { by } });
  const above = by === "customer" && before?.by === "operator" ? before : undefined;
  const { reason } = above ?? operation;
  return eventOf(entry, STOPPED, { clientId, at, data: { by: above?.by ?? by, reason } });
};
