import type { TimerHandler } from "@azure/functions";
import { RemoteUnavailable } from "../../shared/base/unavailable.ts";
import type { LettersSent } from "../../shared/care/send-letters.ts";
import { type HandleDue, type WorkOffDueDeps, workOffDue } from "../../shared/care/work-off-due.ts";
import { inTurn, timerRun, toldCounts } from "./timer-run.ts";

export interface CareTimerDeps extends WorkOffDueDeps {
  /** Tells that a secret ends soon or has ended. */
  readonly remind: HandleDue;
  /** Removes a secret whose time has come. */
  readonly retire: HandleDue;
  /** Nothing where no mail service is set. */
  readonly sendLetters: (() => Promise<LettersSent>) | undefined;
}

/** No removal is begun later in a run, in milliseconds: a directory that does not answer holds up removals, and no reminder. */
const RETIRE_WITHIN_MS = 60_000;

/** Does what is due of secrets, and then sends the letters that came of it, or were left by a run before. */
export const careTimer =
  ({ remind, retire, sendLetters, ...deps }: CareTimerDeps): TimerHandler =>
  (_timer, context) =>
    timerRun(context, "care", async () => {
      const retireUntil = deps.runtime.now().getTime() + RETIRE_WITHIN_MS;
      const handle: HandleDue = async (due, secret) => {
        if (due.what !== "retirement") return remind(due, secret);
        if (deps.runtime.now().getTime() < retireUntil) return retire(due, secret);
        throw new RemoteUnavailable("directory", { executed: "no" });
      };
      const parts = [() => workOffDue(deps, handle), ...(sendLetters ? [sendLetters] : [])];
      return `done ${toldCounts(await inTurn(parts))}`;
    });
