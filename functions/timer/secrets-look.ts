import type { TimerHandler } from "@azure/functions";
import type { LookDeps } from "../../shared/care/found/look-deps.ts";
import { lookForSecrets } from "../../shared/care/found/look-for-secrets.ts";
import { timerRun, toldCounts } from "./timer-run.ts";

/** Finds secrets that were changed in the directory, where a pass is due or was left unfinished. */
export const secretsLookTimer =
  (deps: LookDeps): TimerHandler =>
  (_timer, context) =>
    timerRun(context, "secrets-look", async () => {
      const { outcome, ...looked } = await lookForSecrets(deps);
      return `${outcome} ${toldCounts(looked)}`;
    });
