import { timeLeftMs } from "../../base/deadline.ts";
import type { Runtime } from "../../base/runtime.ts";
import type { UnderWay } from "../../operations/admission/operation.ts";
import type { OperationRecords } from "../../operations/admission/ports.ts";

/** What is left of the caller's time for the answer itself, in milliseconds. */
const FOR_THE_ANSWER_MS = 1_500;
/** No worker is at work for longer than a request may take; without a deadline of the caller's own, as long. */
const LONGEST_MS = 25_000;
const LONGEST_PAUSE_MS = 1_000;

/**
 * Waits until the changes have ended that were admitted before the subscription had its webhook: their workers do not know of it,
 * and what they tell has to be told before its customer may count on it. There are hardly ever any: one request. One that its
 * worker has left is told by somebody who looks.
 */
export async function waitForThoseBefore(
  {
    operations,
    runtime,
  }: { readonly operations: Pick<OperationRecords, "allUnderWay">; readonly runtime: Runtime },
  subscription: string,
): Promise<void> {
  const idsNow = async () => {
    const all: Pick<UnderWay, "operationId" | "startedAt">[] = [];
    const held = await operations.allUnderWay(subscription, (unread) => all.push(unread));
    all.push(...held.map(({ entry }) => entry));
    const since = runtime.now().getTime() - LONGEST_MS;
    const worked = all.filter(({ startedAt }) => startedAt.getTime() > since);
    return new Set(worked.map(({ operationId }) => operationId));
  };
  let before = await idsNow();
  for (let pauseMs = 100; before.size > 0; pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)) {
    if (timeLeftMs(LONGEST_MS) < FOR_THE_ANSWER_MS + pauseMs) return;
    await runtime.pause(pauseMs);
    const now = await idsNow();
    before = new Set([...before].filter((id) => now.has(id)));
  }
}
