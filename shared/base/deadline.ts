import { AsyncLocalStorage } from "node:async_hooks";

/**
 * One deadline for everything that a request, a message or a timer's entry causes: whatever is called from it gives up by then,
 * however many calls it takes. Kept beside the call and not in every signature, as the observation is.
 */
const current = new AsyncLocalStorage<number>();

/** Runs `work` with at most so many milliseconds; inside another deadline the sooner one counts. */
export function withDeadline<T>(budgetMs: number, work: () => Promise<T>): Promise<T> {
  const at = Math.min(performance.now() + budgetMs, current.getStore() ?? Number.POSITIVE_INFINITY);
  return current.run(at, work);
}

/** What is left of the deadline, in milliseconds, and no more than `atMostMs`; 0 when it is over. */
export function timeLeftMs(atMostMs: number): number {
  const at = current.getStore();
  return at === undefined ? atMostMs : Math.max(0, Math.min(atMostMs, at - performance.now()));
}
