import { nameOperation } from "../../base/observation.ts";
import type { Runtime } from "../../base/runtime.ts";
import { Illegible, RemoteUnavailable } from "../../base/unavailable.ts";
import type { By } from "../../clients/actor.ts";
import type { RunKind } from "../../events/subscription-run.ts";
import { type Account, noteActive } from "../admission/account.ts";
import { outageOf } from "../admission/executed.ts";
import type { Journal, OperationRecords } from "../admission/ports.ts";
import type { TellDeps } from "../admission/tell.ts";
import { type CheckDeps, remember } from "../settling/checks.ts";
import { changed, RUN_EVENTS, type Run, type RunRecords } from "./run.ts";
import { tellEnded, tellRun } from "./tell-run.ts";

export interface BeginRunDeps extends CheckDeps, TellDeps {
  readonly operations: Pick<OperationRecords, "account" | "stop">;
  readonly runs: RunRecords;
  readonly journal: CheckDeps["journal"] & TellDeps["journal"] & Pick<Journal, "active">;
  readonly runtime: Runtime;
}

export interface RunRequest {
  readonly kind: RunKind;
  readonly subscription: string;
  readonly by: By;
  readonly reason?: string;
  /** Of an offboarding: so much later clients are deleted, in milliseconds. */
  readonly graceMs?: number;
}

/** The first step comes by message this much later: by then the account mostly says so. In milliseconds. */
const FIRST_STEP_MS = 1_000;
/** Each attempt fails only because a change of the customer's has been counted meanwhile. */
const ATTEMPTS = 24;
const LONGEST_PAUSE_MS = 200;

/**
 * Writes down what is to become of a subscription; from then on the account refuses what is to be refused, and messages bring
 * about the rest. Nothing to be done is answered with the operation that has done it.
 *
 * In this order: the message of the first step, the operation, and in one transaction the account with the entry of activity.
 * Only with the last has it happened: whoever takes the message of what died before that ends it as cancelled.
 */
export async function beginRun(deps: BeginRunDeps, asked: RunRequest): Promise<Run> {
  const { operations, runs, runtime, journal } = deps;
  const first = await operations.account(asked.subscription);
  const request = { ...asked, kind: kindOf(asked, first.account) };
  const { subscription, kind, by, reason, graceMs } = request;
  const current = await already(deps, request, first.account);
  if (current) return current;
  const createdAt = runtime.now();
  const run: Run = {
    ...{ operationId: runtime.newId(), kind, subscription, by, createdAt },
    ...(reason !== undefined && { reason }),
    ...(graceMs !== undefined && { deleteAt: new Date(createdAt.getTime() + graceMs) }),
    ...{ state: "running", done: 0, total: 0, errors: [], step: 0, failures: 0 },
  };
  const { operationId } = run;
  nameOperation(operationId);
  await remember(
    deps,
    { type: "subscription.run", version: 1, operationId, subscription, step: 0 },
    new Date(createdAt.getTime() + FIRST_STEP_MS),
  );
  await runs.open(run);
  const today = createdAt.toISOString().slice(0, 10);
  if (first.account.activeOn !== today) await journal.active(today, subscription);
  try {
    for (let attempt = 0, seen = first; attempt < ATTEMPTS; attempt += 1) {
      await tellReversed(deps, request, seen.account);
      const account = noteActive(changed(seen.account, run), createdAt);
      if (await operations.stop({ account, version: seen.version }, operationId, entryOf(run)))
        return run;
      await runtime.pause(runtime.random() * Math.min(5 * 2 ** attempt, LONGEST_PAUSE_MS));
      seen = await operations.account(subscription);
      // Another operator may have been faster: then there is nothing left to do, or something else.
      const now = { ...asked, kind: kindOf(asked, seen.account) };
      if (now.kind !== kind || (await already(deps, now, seen.account)))
        return await beginRun(deps, asked);
    }
  } catch (error) {
    throw outageOf(error, "unknown");
  }
  throw new RemoteUnavailable("records", { executed: "no", retryAfterSeconds: 1 });
}

/**
 * What was asked for a moment ago has happened, though its first step, which tells of it, has not come: it will find itself reversed
 * and say nothing. So will the last step of an end that is on record and not told.
 */
async function tellReversed(
  deps: BeginRunDeps,
  { kind }: RunRequest,
  { suspended, resumed, blocked, unblocked }: Account,
): Promise<void> {
  const isBlock = kind === "block-subscription" || kind === "unblock-subscription";
  const id = isBlock ? (blocked?.operationId ?? unblocked) : (suspended?.operationId ?? resumed);
  const reversed = await readable(deps, id);
  if (reversed?.run.step === 0) await tellRun(deps, reversed.run);
  if (!isBlock && suspended?.endedAt && reversed?.run.state === "running")
    await tellEnded(deps, reversed.run, suspended.endedAt);
}

/** To resume what is being offboarded is to call that off, and is told of as that; what has ended can only be resumed. */
const kindOf = ({ kind }: RunRequest, { suspended }: Account): RunKind => {
  const isReversal = kind === "resume-subscription" || kind === "cancel-offboard";
  if (!isReversal || !suspended?.deleteAt) return kind;
  return suspended.endedAt ? "resume-subscription" : "cancel-offboard";
};

/** The operation that has brought about what is asked for, unless it left something to be tried again. */
async function already(
  deps: BeginRunDeps,
  { kind, reason }: RunRequest,
  { suspended, resumed, blocked, unblocked }: Account,
): Promise<Run | undefined> {
  const asked = {
    // One that is being offboarded is suspended, whatever for.
    "suspend-subscription":
      suspended?.deleteAt || suspended?.reason === reason ? suspended?.operationId : undefined,
    "offboard-subscription":
      suspended?.deleteAt && suspended.reason === reason ? suspended.operationId : undefined,
    "resume-subscription": suspended ? undefined : resumed,
    "cancel-offboard": suspended ? undefined : resumed,
    "block-subscription": blocked?.reason === reason ? blocked?.operationId : undefined,
    "unblock-subscription": blocked ? undefined : unblocked,
  };
  const id = asked[kind];
  const found = (await readable(deps, id))?.run;
  if (!found) return undefined;
  const isOver = found.state === "parked" || found.state === "cancelled";
  return isOver || (found.state === "done" && found.errors.length > 0) ? undefined : found;
}

/** One that nobody can read keeps nobody from being stopped. */
async function readable({ runs }: BeginRunDeps, operationId: string | undefined) {
  try {
    return operationId === undefined ? undefined : await runs.find(operationId);
  } catch (error) {
    if (error instanceof Illegible) return undefined;
    throw error;
  }
}

const entryOf = ({ operationId, kind, subscription, by, reason, createdAt, deleteAt }: Run) => ({
  id: `${operationId}:${RUN_EVENTS[kind]}`,
  at: createdAt,
  by,
  action: RUN_EVENTS[kind],
  subscription,
  outcome: "done" as const,
  ...(reason !== undefined && {
    detail: { reason, ...(deleteAt && { deleteAt: deleteAt.toISOString() }) },
  }),
});
