import type { TimerHandler } from "@azure/functions";
import type { LettersSent } from "../../shared/care/send-letters.ts";
import { type HandleDue, type WorkOffDueDeps, workOffDue } from "../../shared/care/work-off-due.ts";
import { observeInvocation } from "../edge/observe.ts";

export interface CareTimerDeps extends WorkOffDueDeps {
  /** Tells that a secret ends soon or has ended. */
  readonly remind: HandleDue;
  /** Removes a secret whose time has come. */
  readonly retire: HandleDue;
  /** Nothing where no mail service is set. */
  readonly sendLetters: (() => Promise<LettersSent>) | undefined;
}

/** Does what is due of secrets, and then sends the letters that came of it, or were left by a run before. */
export const careTimer =
  (deps: CareTimerDeps): TimerHandler =>
  (_timer, context) =>
    observeInvocation(context, { name: "care", kind: "called" }, async () => {
      const worked = await workOffDue(deps, (due, secret) =>
        due.what === "retirement" ? deps.retire(due, secret) : deps.remind(due, secret),
      );
      const letters = await deps.sendLetters?.();
      const counts = Object.entries({ ...worked, ...letters });
      return { value: undefined, outcome: `done ${counts.map((one) => one.join("=")).join(" ")}` };
    });
