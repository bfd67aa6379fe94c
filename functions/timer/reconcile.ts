import type { TimerHandler } from "@azure/functions";
import type { IdempotencyRecords } from "../../shared/idempotency/idempotency.ts";
import { type ReconcileDeps, reconcile } from "../../shared/journal/reconcile.ts";
import { observeInvocation } from "../edge/observe.ts";
import { recordReconciled } from "../telemetry/metrics.ts";

/** Finishes or undoes abandoned operations, and once an hour forgets expired idempotency keys. */
export const reconcileTimer =
  (deps: ReconcileDeps & { readonly idempotency: IdempotencyRecords }): TimerHandler =>
  (_timer, context) =>
    observeInvocation(context, { name: "reconcile", kind: "called" }, async () => {
      const startedAt = deps.runtime.now();
      const tally = await reconcile(deps);
      recordReconciled(tally);
      if (startedAt.getUTCMinutes() === 0) await deps.idempotency.purge(startedAt);
      const counts = Object.entries(tally).map(([name, number]) => `${name}=${number}`);
      return { value: undefined, outcome: `done ${counts.join(" ")}` };
    });
