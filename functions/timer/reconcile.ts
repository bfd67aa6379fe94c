import type { TimerHandler } from "@azure/functions";
import type { IdempotencyRecords } from "../../shared/operations/idempotency.ts";
import { type ReconcileDeps, reconcile } from "../../shared/operations/reconcile.ts";
import { observeInvocation } from "../edge/observe.ts";
import { recordReconciled } from "../telemetry/metrics.ts";

const PURGE_EVERY_MS = 60 * 60_000;

/** Finishes or undoes abandoned operations. Forgets expired idempotency keys at a host's first run and hourly from then on. */
export function reconcileTimer(
  deps: ReconcileDeps & { readonly idempotency: IdempotencyRecords },
): TimerHandler {
  let purgeFrom = 0;
  return (_timer, context) =>
    observeInvocation(context, { name: "reconcile", kind: "called" }, async () => {
      const startedAt = deps.runtime.now();
      const tally = await reconcile(deps);
      recordReconciled(tally);
      if (startedAt.getTime() >= purgeFrom) {
        await deps.idempotency.purge(startedAt);
        purgeFrom = startedAt.getTime() + PURGE_EVERY_MS;
      }
      const counts = Object.entries(tally).map(([name, number]) => `${name}=${number}`);
      return { value: undefined, outcome: `done ${counts.join(" ")}` };
    });
}
