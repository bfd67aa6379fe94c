import type { TimerHandler } from "@azure/functions";
import { type SweepDeps, sweepConsents } from "../../shared/consent/sweeps/sweep.ts";
import { recordPendingConsents } from "../telemetry/metrics.ts";
import { timerRun, toldCounts } from "./timer-run.ts";

/** Holds everything that waits against the directory and the clock. */
export const consentSweepTimer =
  (deps: SweepDeps): TimerHandler =>
  (_timer, context) =>
    timerRun(context, "consent-sweep", async () => {
      const swept = await sweepConsents(deps);
      recordPendingConsents(swept.pending, swept.oldestSeconds);
      return `done ${toldCounts(swept)}`;
    });
