import type { TimerHandler } from "@azure/functions";
import type { OperatorKeys } from "../../shared/operations/admission/do-once.ts";
import { type HousekeepingDeps, keepHouse } from "../../shared/operations/settling/housekeeping.ts";
import { type ReconcileDeps, reconcile } from "../../shared/operations/settling/reconcile.ts";
import type { RunRecords } from "../../shared/operations/whole/run.ts";
import { takeUpLost } from "../../shared/operations/whole/take-up-lost.ts";
import { recordReconciled } from "../telemetry/metrics.ts";
import { inTurn, timerRun, toldCounts } from "./timer-run.ts";

const KEEP_HOUSE_EVERY_MS = 60 * 60_000;
/** How long an operation on a subscription can be looked at after its end. */
const RUNS_KEPT_MS = 30 * 86_400_000;

export interface ReconcileTimerDeps extends ReconcileDeps, HousekeepingDeps {
  readonly journal: ReconcileDeps["journal"] & HousekeepingDeps["journal"];
  readonly operatorKeys: Pick<OperatorKeys, "purge">;
  /** Operations on whole subscriptions. */
  readonly runs: Pick<RunRecords, "list" | "purge">;
  /** Puts what has come to be due of secrets where its day will find it. */
  indexDue(): Promise<{ readonly indexed: number; readonly failed: number }>;
  /** Removes alerts that have been kept for long enough; how many rows that were. */
  purgeAlerts(now: Date): Promise<number>;
}

/** Does what could not be done while the bus was away; at a host's first run, and hourly from then on, keeps house. */
export function reconcileTimer(deps: ReconcileTimerDeps): TimerHandler {
  let keepHouseFrom = 0;
  return (_timer, context) =>
    timerRun(context, "reconcile", async () => {
      const startedAt = deps.runtime.now();
      const reconciled = await reconcile(deps);
      recordReconciled({ ...reconciled });
      let house = {};
      if (startedAt.getTime() >= keepHouseFrom) {
        house = await inTurn([
          () => keepHouse(deps),
          () => deps.indexDue(),
          () => takeUpLost(deps),
          async () => ({ purged: await deps.operatorKeys.purge(startedAt) }),
          async () => ({
            purged: await deps.runs.purge(new Date(startedAt.getTime() - RUNS_KEPT_MS)),
          }),
          async () => ({ purged: await deps.purgeAlerts(startedAt) }),
        ]);
        keepHouseFrom = startedAt.getTime() + KEEP_HOUSE_EVERY_MS;
      }
      return `done ${toldCounts({ ...reconciled, ...house })}`;
    });
}
