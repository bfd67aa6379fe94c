import type { TimerHandler } from "@azure/functions";
import type { RevocationDeps } from "../../shared/consent/sweeps/revocation-pass.ts";
import { sweepRevocations } from "../../shared/consent/sweeps/sweep-revocations.ts";
import { timerRun, toldCounts } from "./timer-run.ts";

/** Finds what was withdrawn, granted or deleted in the directory, where a pass is due or was left unfinished. */
export const consentRevocationsTimer =
  (deps: RevocationDeps): TimerHandler =>
  (_timer, context) =>
    timerRun(context, "consent-revocations", async () => {
      const { outcome, ...swept } = await sweepRevocations(deps);
      return `${outcome} ${toldCounts(swept)}`;
    });
