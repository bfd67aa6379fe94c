import { note } from "../../base/observation.ts";
import { RemoteUnavailable } from "../../base/unavailable.ts";
import type { ClientDirectory, ClientRecords } from "../../clients/ports.ts";
import type { OperationCheck } from "../../events/operation-check.ts";
import { unavailable } from "../admission/directory-answer.ts";
import type { UnderWay } from "../admission/operation.ts";
import type { Made, OperationRecords } from "../admission/ports.ts";
import type { TellDeps } from "../admission/tell.ts";
import { type CheckDeps, checkLater } from "./checks.ts";
import { NOT_LATE } from "./settler.ts";
import { tellTakenBack } from "./taken-back.ts";

/**
 * A create that was given up because the directory did not show what it made. Lists have been seen to lag far behind, so the
 * directory is asked a few times more, and what shows then is deleted: nobody knows of it, and nobody ever would.
 */

export interface GivenUpDeps extends CheckDeps, TellDeps {
  readonly journal: CheckDeps["journal"] & TellDeps["journal"];
  readonly directory: Pick<ClientDirectory, "findByOperation" | "delete">;
  readonly records: Pick<ClientRecords, "client">;
  readonly operations: Pick<OperationRecords, "underWay">;
  readonly reconcileAfterMs: number;
}

/** When the directory is asked again, in times `RECONCILE_AFTER`: with its default, after 10 minutes, an hour and a day. */
const ASK_AFTER = [5, 30, 720];

const checkOf = ({ operationId, subscription }: UnderWay): OperationCheck => ({
  type: "operation.check",
  version: 1,
  operationId,
  subscription,
  givenUp: true,
});

type WatchDeps = Pick<GivenUpDeps, "checks" | "journal" | "runtime" | "reconcileAfterMs">;

export const watchForGivenUp = (deps: WatchDeps, entry: UnderWay): Promise<void> =>
  askAgain(deps, checkOf(entry), 0);

/**
 * The client that has come of a create which was taken over while the directory made its application. Where there is none, it was
 * given up before the directory showed anything, and that is to be discarded.
 *
 * @throws RemoteUnavailable somebody has it in hand, and decides about what was made
 */
export async function madeMeanwhile(
  { operations }: { readonly operations: Pick<OperationRecords, "underWay" | "made"> },
  { subscription, operationId }: UnderWay,
): Promise<Made | undefined> {
  // In this order: it ends and becomes a client in one and the same moment.
  if (await operations.underWay(subscription, operationId))
    throw new RemoteUnavailable("directory", { executed: "unknown" });
  return operations.made(subscription, operationId);
}

/** Deletes what a create has made that was given up meanwhile. What the directory does not delete now is found again later. */
export async function discard(deps: GivenUpDeps, entry: UnderWay, id: string): Promise<void> {
  const answer = await deps.directory.delete(id, NOT_LATE);
  if (answer.kind !== "done") await watchForGivenUp(deps, entry);
}

/** @throws RemoteUnavailable when the directory cannot be asked: the check has to come again */
export async function checkGivenUp(deps: GivenUpDeps, check: OperationCheck): Promise<"finished"> {
  const { operationId, subscription, attempt = 0 } = check;
  // A message that names another subscription than its registration does is not ours, and must not delete anything.
  const shown = await deps.directory.findByOperation(operationId, subscription);
  if (shown && !(await isSomebodys(deps, check, shown.id))) {
    // Its worker may have told of the secret that it was made with. First, for afterwards nobody finds out which that was.
    const keyIds = shown.secrets.map(({ keyId }) => keyId);
    await tellTakenBack(deps, check, { clientId: shown.id, keyIds });
    const answer = await deps.directory.delete(shown.id, NOT_LATE);
    if (answer.kind === "not-now" || answer.kind === "unknown") throw unavailable(answer);
    note("given-up-client-deleted");
  }
  await askAgain(deps, check, attempt);
  return "finished";
}

/**
 * Whether the application belongs to a client, or to a create that has not ended after all: then whoever works on that decides.
 * In this order, for a create ends and becomes a client in one and the same moment. What is kept of a create for a day says
 * nothing of it: the last look comes later than that.
 */
async function isSomebodys(
  { operations, records }: GivenUpDeps,
  { subscription, operationId }: OperationCheck,
  id: string,
): Promise<boolean> {
  if (await operations.underWay(subscription, operationId)) return true;
  return (await records.client(subscription, id)) !== undefined;
}

async function askAgain(deps: WatchDeps, check: OperationCheck, attempt: number): Promise<void> {
  const times = ASK_AFTER[attempt];
  if (times === undefined) return;
  const at = new Date(deps.runtime.now().getTime() + times * deps.reconcileAfterMs);
  await checkLater(deps, check, at);
}
