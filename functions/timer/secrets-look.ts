import type { TimerHandler } from "@azure/functions";
import type { LookDeps } from "../../shared/care/found/look-deps.ts";
import { lookForSecrets } from "../../shared/care/found/look-for-secrets.ts";
import { observeInvocation } from "../edge/observe.ts";

/** Finds secrets that were changed in the directory, where a pass is due or was left unfinished. */
export const secretsLookTimer =
  (deps: LookDeps): TimerHandler =>
  (_timer, context) =>
    observeInvocation(context, { name: "secrets-look", kind: "called" }, async () => {
      const { outcome, ...looked } = await lookForSecrets(deps);
      const counts = Object.entries(looked).map(([name, number]) => `${name}=${number}`);
      return { value: undefined, outcome: [outcome, ...counts].join(" ") };
    });
