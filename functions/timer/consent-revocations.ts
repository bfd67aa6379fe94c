import type { TimerHandler } from "@azure/functions";
import type { RevocationDeps } from "../../shared/consent/sweeps/revocation-pass.ts";
import { sweepRevocations } from "../../shared/consent/sweeps/sweep-revocations.ts";
import { observeInvocation } from "../edge/observe.ts";

/** Finds what was withdrawn, granted or deleted in the directory, where a pass is due or was left unfinished. */
export const consentRevocationsTimer =
  (deps: RevocationDeps): TimerHandler =>
  (_timer, context) =>
    observeInvocation(context, { name: "consent-revocations", kind: "called" }, async () => {
      const { outcome, ...swept } = await sweepRevocations(deps);
      const counts = Object.entries(swept).map(([name, number]) => `${name}=${number}`);
      return { value: undefined, outcome: [outcome, ...counts].join(" ") };
    });
