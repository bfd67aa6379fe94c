import type { Runtime } from "../../shared/base/runtime.ts";

export interface RequestRate {
  /** Counts a request, with what it asks of the directory in units of one request. */
  take(subscription: string, units: number): Taken;
}

export interface Taken {
  readonly admitted: boolean;
  readonly limit: number;
  readonly remaining: number;
  /** Seconds until the window begins anew. */
  readonly resetSeconds: number;
}

const WINDOW_MS = 60_000;

/**
 * Requests of one subscription in a minute, reads and refused changes alike: what asks for nothing but work is stopped here,
 * before any table is read. Counted by each host for itself, in memory: with n hosts a subscription may get n times as much,
 * and a host that begins knows of nothing before. That is enough to keep one customer from taking a host, or the directory's
 * reads, from the others; what it may change is counted by all hosts together elsewhere.
 *
 * @param limit `SUBSCRIPTION_REQUESTS_PER_MINUTE`
 */
export function requestRate(limit: number, { now }: Pick<Runtime, "now">): RequestRate {
  let window = 0;
  let used = new Map<string, number>();
  return {
    take: (subscription, units) => {
      const at = now().getTime();
      const current = Math.floor(at / WINDOW_MS);
      // The others' counts are over too: what is kept is never more than one window's.
      if (current !== window) {
        window = current;
        used = new Map();
      }
      const before = used.get(subscription) ?? 0;
      const admitted = before + units <= limit;
      if (admitted) used.set(subscription, before + units);
      return {
        admitted,
        limit,
        remaining: Math.max(0, limit - before - (admitted ? units : 0)),
        resetSeconds: Math.max(1, Math.ceil(((current + 1) * WINDOW_MS - at) / 1000)),
      };
    },
  };
}
