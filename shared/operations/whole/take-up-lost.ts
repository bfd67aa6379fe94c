import { withDeadline } from "../../base/deadline.ts";
import { note } from "../../base/observation.ts";
import type { Runtime } from "../../base/runtime.ts";
import type { SubscriptionRun } from "../../events/subscription-run.ts";
import type { RunRecords } from "./run.ts";

export interface TakeUpLostDeps {
  readonly runs: Pick<RunRecords, "list">;
  readonly runtime: Runtime;
  readonly reconcileAfterMs: number;
  /** Longest time one of them may take, in milliseconds. */
  readonly entryMs: number;
  handle(message: SubscriptionRun): Promise<unknown>;
}

/**
 * Operations on whole subscriptions whose next message has not come: a bus that was replaced together with its messages, or one
 * that expired. Each says when its next one is to come, so one that waits for the end of a customer's month is not taken for
 * lost, and is not waited for in vain either. Whoever is only slow is overtaken by nobody: of two that take a step one does.
 *
 * @returns how many were taken up, and how many could not be
 */
export async function takeUpLost({
  runs,
  runtime,
  reconcileAfterMs,
  entryMs,
  handle,
}: TakeUpLostDeps): Promise<{ readonly resumed: number; readonly failed: number }> {
  const late = runtime.now().getTime() - 2 * reconcileAfterMs;
  const tally = { resumed: 0, failed: 0 };
  for await (const { operationId, subscription, state, step, nextAt, createdAt } of runs.list()) {
    if (state !== "running" || (nextAt ?? createdAt).getTime() > late) continue;
    const message = { type: "subscription.run", version: 1, operationId, subscription } as const;
    try {
      await withDeadline(entryMs, () => handle({ ...message, step }));
      note("run-taken-up");
      tally.resumed += 1;
    } catch {
      note("run-not-taken-up");
      tally.failed += 1;
    }
  }
  return tally;
}
