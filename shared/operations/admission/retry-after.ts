/**
 * When to ask again for a request that is under way: after as long as it has taken so far, which doubles the wait each time,
 * and no later than when it counts as abandoned, since it is taken over then.
 */
export function retryAfterSeconds(ageMs: number, reconcileAfterMs: number): number {
  const leftMs = reconcileAfterMs - ageMs;
  return Math.max(1, Math.ceil(Math.min(ageMs, leftMs) / 1000));
}
