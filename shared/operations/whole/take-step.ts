import { backOff } from "../../base/back-off.ts";
import { DAY_MS } from "../../base/day.ts";
import { note } from "../../base/observation.ts";
import { RemoteUnavailable } from "../../base/unavailable.ts";
import { THE_SERVICE } from "../../clients/actor.ts";
import type { ClientRecord } from "../../clients/client.ts";
import type { SubscriptionRun } from "../../events/subscription-run.ts";
import type { Stop } from "../admission/account.ts";
import { noteLateDay } from "../admission/active-day.ts";
import type { ChangeDeps, ChangeRequest } from "../admission/change.ts";
import type { OperationRecords, VersionedAccount } from "../admission/ports.ts";
import { writesForOperators } from "../admission/write-share.ts";
import { type DeleteDeps, deleteClient } from "../clients/delete-client.ts";
import { resumeClient, suspendClient } from "../clients/suspend-client.ts";
import { checkLater, remember } from "../settling/checks.ts";
import { reportRun } from "../settling/incident.ts";
import { isWanted, MOST_ERRORS, type Run, type RunRecords, type VersionedRun } from "./run.ts";
import { ENDED, tellEnded, tellRun } from "./tell-run.ts";

export interface StepDeps extends DeleteDeps {
  readonly operations: ChangeDeps["operations"] & Pick<OperationRecords, "allUnderWay">;
  readonly runs: RunRecords;
  /** `DIRECTORY_WRITES_PER_MINUTE` */
  readonly directoryWritesPerMinute: number;
}

export type Stepped = "stepped" | "waiting" | "put-off" | "ended" | "done" | "cancelled" | "parked";

/** A message may come before its operation is written down, or of one whose request has died: it is looked for so often. */
const LOOKS = 3;
/** Steps in a row that come to nothing before operators are told: with back-off, about a day. */
const MOST_FAILURES = 300;
const LIST = 1_000;

/**
 * One step: one client is stopped, or let go on, and the message of the next step is scheduled first, so that a death anywhere
 * leaves one that goes on. What is left to do is read from the clients themselves: nothing is done twice, and clients that
 * have come meanwhile are among them.
 *
 * @throws RemoteUnavailable when not even the next message could be kept
 */
export async function takeStep(deps: StepDeps, message: SubscriptionRun): Promise<Stepped> {
  try {
    return await step(deps, message);
  } catch (error) {
    if (!(error instanceof RemoteUnavailable)) throw error;
    await checkLater(deps, message, backOff(deps.runtime, message.attempt ?? 0));
    return "put-off";
  }
}

async function step(deps: StepDeps, message: SubscriptionRun): Promise<Stepped> {
  const { operations, runs, runtime, reconcileAfterMs } = deps;
  const { operationId, subscription, attempt = 0 } = message;
  const later = new Date(runtime.now().getTime() + reconcileAfterMs);
  const found = await runs.find(operationId);
  if (!found) {
    if (attempt < LOOKS) await checkLater(deps, message, later);
    return attempt < LOOKS ? "waiting" : "ended";
  }
  const { run } = found;
  if (run.state !== "running" || message.step < run.step) return "ended";
  // Whoever cannot name the subscription of an operation changes nothing of it.
  if (run.subscription !== subscription) return "ended";
  const { account } = await operations.account(subscription);
  if (!isWanted(run, account)) {
    // The request may not have come so far yet.
    const isYoung = runtime.now().getTime() - run.createdAt.getTime() < reconcileAfterMs;
    if (run.step > 0 || !isYoung) return close(deps, found, "cancelled");
    await checkLater(deps, message, backOff(runtime, attempt));
    return "waiting";
  }
  const waitMs = Math.max(deps.share.operatorsWaitMs(), graceLeftMs(deps, run));
  if (waitMs > 0) {
    // Another message waits for that already: this one was taken for lost, and came late.
    if (run.nextAt && run.nextAt > later) return "waiting";
    const nextAt = new Date(runtime.now().getTime() + waitMs);
    await checkLater(deps, message, nextAt);
    // Short waits are none that anybody takes for a loss.
    if (waitMs > reconcileAfterMs) await runs.save({ ...run, nextAt }, found.version);
    return "waiting";
  }
  // Before the turn is taken: whoever dies after that is not followed by a first step.
  if (message.step === 0) await tellRun(deps, run);
  const paceMs = 60_000 / writesForOperators(deps.directoryWritesPerMinute);
  const next = new Date(Math.max(runtime.now().getTime() + paceMs, pauseAfter(deps, run)));
  const callOff = await remember(deps, { ...asMessage(message), step: message.step + 1 }, next);
  const claimed = await runs.save(
    { ...run, step: message.step + 1, failures: run.failures + 1, nextAt: next },
    found.version,
  );
  // Somebody else has it, and the message of the step after it is the same one.
  if (!claimed) return "waiting";
  const stepped = await work(deps, claimed);
  if (stepped !== "stepped" && stepped !== "waiting") callOff();
  return stepped;
}

const asMessage = ({ attempt: _, ...message }: SubscriptionRun): SubscriptionRun => message;

/** Steps that came to nothing are taken ever more seldom. */
const pauseAfter = ({ runtime }: StepDeps, { failures }: Run): number =>
  failures === 0 ? 0 : backOff(runtime, failures).getTime();

/** Until clients may be deleted; at most a day at a time, so that a message that is lost was not to come far from now. */
function graceLeftMs({ runtime }: StepDeps, { stopped, deleteAt }: Run): number {
  if (!stopped || !deleteAt) return 0;
  return Math.min(DAY_MS, deleteAt.getTime() - runtime.now().getTime());
}

/** What a client is to come to, as its own row says it. One that is to be deleted is never there yet. */
function isThere({ kind, stopped }: Run, { suspended }: ClientRecord): boolean {
  switch (kind) {
    case "offboard-subscription":
      return !stopped && suspended !== undefined;
    case "suspend-subscription":
      return suspended !== undefined;
    default:
      return suspended?.withSubscription === undefined;
  }
}

async function work(deps: StepDeps, claimed: VersionedRun): Promise<Stepped> {
  const { run } = claimed;
  if (run.kind === "block-subscription" || run.kind === "unblock-subscription")
    return close(deps, claimed, "done");
  const { clients } = await clientsOf(deps, run.subscription);
  const left = leftOf(run, clients);
  const counted = run.stopped
    ? { total: run.total, done: Math.max(0, run.total - clients.length) }
    : { total: clients.length, done: clients.filter((one) => isThere(run, one)).length };
  const at = { ...claimed, run: { ...run, ...counted } };
  const { cursor = "" } = run;
  const client = left.find(({ id }) => id > cursor) ?? left[0];
  if (!client) return endOrWait(deps, at);
  if (run.failures > MOST_FAILURES) return close(deps, at, "parked");
  return change(deps, at, client.id);
}

/** Those that are still to be changed. */
function leftOf(run: Run, clients: readonly ClientRecord[]): readonly ClientRecord[] {
  const failed = new Set(run.errors.map(({ clientId }) => clientId));
  return clients.filter((client) => !isThere(run, client) && !failed.has(client.id));
}

async function clientsOf({ records }: StepDeps, subscription: string) {
  const clients: ClientRecord[] = [];
  let illegible = false;
  for (let after: string | undefined; ; after = clients.at(-1)?.id) {
    const page = await records.list(subscription, LIST, after);
    clients.push(...page.records);
    illegible ||= page.illegible === true;
    if (!page.more) return { clients, illegible };
  }
}

/** A create or a stop that is under way may leave one more client to be changed. */
async function endOrWait(deps: StepDeps, at: VersionedRun): Promise<Stepped> {
  let isAnyUnread = false;
  const underWay = await deps.operations.allUnderWay(at.run.subscription, () => {
    isAnyUnread = true;
  });
  const mayLeaveMore = underWay.some(({ entry: { operation } }) =>
    ["create", "restore", "suspend", "resume"].includes(operation.kind),
  );
  // What has ended since the clients were read may have left one, too; and nobody knows what one is that cannot be read.
  const areAll = async () => {
    const { clients, illegible } = await clientsOf(deps, at.run.subscription);
    return !illegible && leftOf(at.run, clients).length === 0;
  };
  if (!isAnyUnread && !mayLeaveMore && (await areAll())) {
    if (at.run.kind !== "offboard-subscription") return close(deps, at, "done");
    return at.run.stopped ? closeOffboarded(deps, at) : awaitGrace(deps, at);
  }
  // What nobody can read may stay so for ever.
  if (at.run.failures > MOST_FAILURES) return close(deps, at, "parked");
  await deps.runs.save(at.run, at.version);
  return "waiting";
}

async function change(deps: StepDeps, at: VersionedRun, clientId: string): Promise<Stepped> {
  const { run, version } = at;
  const { operationId: withSubscription, subscription, by, reason = "" } = run;
  const request = { subscription, clientId, by, withSubscription };
  try {
    const changed = await changeOne(deps, run, request, reason);
    const error = changed.ok ? undefined : lasting(changed.refusal.reason);
    // One that there is no room to note is found again, and comes to nothing again.
    const isNoted = error !== undefined && run.errors.length < MOST_ERRORS;
    const isOver = changed.ok || isNoted;
    await deps.runs.save(
      {
        ...run,
        cursor: clientId,
        failures: isOver ? 0 : run.failures,
        done: run.done + (changed.ok ? 1 : 0),
        errors: isNoted ? [...run.errors, { clientId, problem: error }] : run.errors,
      },
      version,
    );
    return isOver ? "stepped" : "waiting";
  } catch (error) {
    if (!(error instanceof RemoteUnavailable)) throw error;
    // The others' turn comes first; the message of the next step is on its way.
    await deps.runs.save({ ...run, cursor: clientId }, version);
    note("step-put-off");
    return "waiting";
  }
}

function changeOne(
  deps: StepDeps,
  { kind, stopped }: Run,
  request: ChangeRequest & { readonly withSubscription: string },
  reason: string,
) {
  switch (kind) {
    case "offboard-subscription":
      return stopped ? deleteClient(deps, request) : suspendClient(deps, { ...request, reason });
    case "suspend-subscription":
      return suspendClient(deps, { ...request, reason });
    default:
      return resumeClient(deps, request);
  }
}

/** All of them are stopped; those that could not be are tried again when they are deleted, and operators are told now. */
async function awaitGrace(deps: StepDeps, { run, version }: VersionedRun): Promise<Stepped> {
  if (run.errors.length > 0) await reportRun(deps, run);
  const counted = { done: 0, errors: [], failures: 0, cursor: undefined };
  await deps.runs.save({ ...run, ...counted, stopped: true }, version);
  return "stepped";
}

/** The customer has ended: on record with the account, which stays closed, and told from then on. */
async function closeOffboarded(deps: StepDeps, at: VersionedRun): Promise<Stepped> {
  const { run } = at;
  if (run.errors.length > 0) return close(deps, at, "done");
  const seen = await deps.operations.account(run.subscription);
  const { suspended } = seen.account;
  if (!isWanted(run, seen.account) || !suspended) return close(deps, at, "cancelled");
  const endedAt = suspended.endedAt ?? deps.runtime.now();
  // Noted already by whoever died before it was told.
  if (!suspended.endedAt && !(await noteEnd(deps, run, seen, { ...suspended, endedAt })))
    return "waiting";
  await tellEnded(deps, run, endedAt);
  return close(deps, at, "done");
}

/** False: the account has changed. */
async function noteEnd(
  deps: StepDeps,
  { operationId, subscription, createdAt }: Run,
  { account, version }: VersionedAccount,
  suspended: Stop & { readonly endedAt: Date },
): Promise<boolean> {
  await noteLateDay(deps, { subscription, startedAt: createdAt });
  const next = { account: { ...account, suspended }, version };
  return deps.operations.stop(next, operationId, {
    ...{ id: `${operationId}:${ENDED}`, at: suspended.endedAt, by: THE_SERVICE, action: ENDED },
    ...{ subscription, outcome: "done" },
  });
}

/** What the next step may find otherwise: a client that has gone, is held by another change, or is not to be changed after all. */
const PASSING = ["not-found", "client-busy", "subscription-suspended"];
const lasting = (reason: string): string | undefined =>
  PASSING.includes(reason) ? undefined : reason;

async function close(
  deps: StepDeps,
  { run, version }: VersionedRun,
  state: "done" | "cancelled" | "parked",
): Promise<Stepped> {
  const isIncomplete = state === "parked" || (state === "done" && run.errors.length > 0);
  if (isIncomplete) await reportRun(deps, run);
  await deps.runs.save({ ...run, state, endedAt: deps.runtime.now() }, version);
  return state;
}
