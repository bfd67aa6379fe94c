import type { TimerHandler } from "@azure/functions";
import type { IdempotencyRecords } from "../../shared/idempotency/idempotency.ts";
import { type ReconcileDeps, reconcile } from "../../shared/journal/reconcile.ts";
import { newObservation, observe } from "../../shared/observation.ts";
import { logInvocation } from "../edge/log-invocation.ts";

/** Finishes or undoes abandoned operations, and once an hour forgets expired idempotency keys. */
export const reconcileTimer =
  (deps: ReconcileDeps & { readonly idempotency: IdempotencyRecords }): TimerHandler =>
  async (_timer, context) => {
    const startedAt = deps.runtime.now();
    const observation = newObservation();
    let outcome = "failed";
    try {
      await observe(observation, async () => {
        const reconciled = await reconcile(deps);
        if (startedAt.getUTCMinutes() === 0) await deps.idempotency.purge(startedAt);
        outcome = Object.entries(reconciled)
          .map(([name, number]) => `${name}=${number}`)
          .join(" ");
      });
    } finally {
      logInvocation(context, {
        route: "reconcile",
        outcome,
        durationMs: deps.runtime.now().getTime() - startedAt.getTime(),
        observation,
      });
    }
  };
