import type { TimerHandler } from "@azure/functions";
import { type SweepDeps, sweepConsents } from "../../shared/consent/sweeps/sweep.ts";
import { observeInvocation } from "../edge/observe.ts";
import { recordPendingConsents } from "../telemetry/metrics.ts";

/** Holds everything that waits against the directory and the clock. */
export const consentSweepTimer =
  (deps: SweepDeps): TimerHandler =>
  (_timer, context) =>
    observeInvocation(context, { name: "consent-sweep", kind: "called" }, async () => {
      const swept = await sweepConsents(deps);
      recordPendingConsents(swept.pending, swept.oldestSeconds);
      const counts = Object.entries(swept).map(([name, number]) => `${name}=${number}`);
      return { value: undefined, outcome: `done ${counts.join(" ")}` };
    });
