import { AsyncLocalStorage } from "node:async_hooks";

/**
 * One deadline for everything that a request, a message or a timer's entry causes: whatever is called from it gives up by then,
 * however many calls it takes. Kept beside the call and not in every signature, as the observation is.
 */
const current = new AsyncLocalStorage<{ readonly at: number; readonly budgetMs: number }>();

/** Runs `work` with at most so many milliseconds; inside another deadline the sooner one counts. */
export function withDeadline<T>(budgetMs: number, work: () => Promise<T>): Promise<T> {
  const at = performance.now() + budgetMs;
  const around = current.getStore();
  return current.run(around && around.at < at ? around : { at, budgetMs }, work);
}

/** What is left of the deadline, in milliseconds, and no more than `atMostMs`; 0 when it is over. */
export function timeLeftMs(atMostMs: number): number {
  const deadline = current.getStore();
  if (!deadline) return atMostMs;
  return Math.max(0, Math.min(atMostMs, deadline.at - performance.now()));
}

/** Whether less than a share of the deadline's time (0.2: a fifth) is left. */
export function isNearlyOver(share: number): boolean {
  const deadline = current.getStore();
  return deadline !== undefined && timeLeftMs(deadline.budgetMs) < deadline.budgetMs * share;
}
