import { done, type Outcome, refused } from "../base/outcome.ts";
import type { ClientRecord } from "../clients/client.ts";
import type { ClientRefusal } from "../clients/reasons.ts";
import type { AccountRefusal } from "./account.ts";
import { beginChange, type ChangeDeps, type ChangeRequest, settled } from "./change.ts";
import { unavailable } from "./directory-answer.ts";
import { end } from "./end.ts";
import { afterTheChange } from "./executed.ts";
import type { Held, ResumeOperation, SuspendOperation } from "./operation.ts";
import { mayBeLate, NOT_LATE, type Settler } from "./settler.ts";
import { eventOf, tell } from "./tell.ts";

type StopOperation = SuspendOperation | ResumeOperation;
type Stopped = Promise<Outcome<ClientRecord, ClientRefusal | AccountRefusal>>;
/** Part of an operation on the whole subscription. */
type Whole = { readonly withSubscription?: string };

/**
 * Has the directory issue no more tokens to a client; tokens that are out live until they expire, and all else of the client
 * is kept. One directory call; safe to repeat. Charged to nobody: it has to work when the customer's limits are used up.
 */
export const suspendClient = (
  deps: ChangeDeps,
  { reason, withSubscription, ...request }: ChangeRequest & Whole & { readonly reason: string },
): Stopped => {
  const { clientId } = request;
  return carryOut(deps, request, { kind: "suspend", clientId, reason, withSubscription });
};

/** The reverse: the client gets tokens again, with the secrets and the consent that it has. */
export const resumeClient = (
  deps: ChangeDeps,
  { withSubscription, ...request }: ChangeRequest & Whole,
): Stopped => {
  const { clientId } = request;
  return carryOut(deps, request, { kind: "resume", clientId, withSubscription });
};

async function carryOut(
  deps: ChangeDeps,
  request: ChangeRequest,
  operation: StopOperation,
): Stopped {
  const begun = await beginChange(deps, request, operation);
  if (begun.state === "known") throw new Error("A suspension has no key of the customer's");
  if (begun.state === "refused") return refused(begun.refusal);
  const { change } = begun;
  const { clientId } = operation;
  const answer = await deps.directory.setDisabled(clientId, disables(operation), change.expected);
  const stopped = await settled(deps, change, answer, ({ reason }) =>
    reason === "absent" ? ({ reason: "not-found" } as const) : undefined,
  );
  if (!stopped.ok) return stopped;
  const record = await afterTheChange(async () => {
    await tell(deps, stoppedEvent(change.held));
    return end(deps, change.held, {
      came: { outcome: "done" },
      changed: { from: change.client, next: after(change.held) },
    });
  });
  change.forget();
  return record ? done(record) : refused({ reason: "not-found" });
}

/** Whatever the first attempt came to, the directory is told once more, and what it refuses for good has not happened. */
export const settleStop =
  <Kind extends StopOperation>(deps: ChangeDeps): Settler<Kind> =>
  async (held) => {
    const { subscription, operation } = held.entry;
    const client = await deps.records.client(subscription, operation.clientId);
    // The client has gone since.
    if (!client) return undone(deps, held, "absent");
    const disabled = disables(operation);
    const answer = await deps.directory.setDisabled(operation.clientId, disabled, NOT_LATE);
    if (answer.kind === "refused")
      return answer.refusal.reason === "absent" && mayBeLate(held)
        ? "waiting"
        : undone(deps, held, answer.refusal.reason);
    if (answer.kind !== "done") throw unavailable(answer);
    await tell(deps, stoppedEvent(held));
    await end(deps, held, {
      came: { outcome: "done" },
      changed: { from: client, next: after(held) },
    });
    return "finished";
  };

const undone = async (deps: ChangeDeps, held: Held, reason: string): Promise<"undone"> => {
  await end(deps, held, { came: { outcome: "undone", reason } });
  return "undone";
};

const disables = ({ kind }: StopOperation): boolean => kind === "suspend";

/**
 * What was stopped for a reason of its own is not what its subscription's end of suspension resumes. The time is that of the
 * admission, so that whoever ends it writes the same.
 */
const after =
  ({ entry }: Held<StopOperation>) =>
  ({ suspended: before, ...record }: ClientRecord): ClientRecord => {
    const { operation, startedAt: at } = entry;
    const revision = record.revision + 1;
    if (operation.kind === "resume") return { ...record, revision };
    const { reason, withSubscription } = operation;
    const suspended =
      before && withSubscription !== undefined
        ? before
        : {
            by: "operator" as const,
            reason,
            at,
            ...(withSubscription !== undefined && { withSubscription }),
          };
    return { ...record, revision, suspended };
  };

const stoppedEvent = ({ entry }: Held<StopOperation>) => {
  const { clientId } = entry.operation;
  const at = entry.startedAt;
  return entry.operation.kind === "suspend"
    ? eventOf(entry, "client.suspended", {
        ...{ clientId, at },
        data: { by: "operator", reason: entry.operation.reason },
      })
    : eventOf(entry, "client.resumed", { clientId, at, data: { by: "operator" } });
};
