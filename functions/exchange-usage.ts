import { withDeadline } from "../shared/base/deadline.ts";
import type { Usage } from "../shared/base/usage.ts";

/** How often hosts tell each other what they have used up, while they use anything. */
const EVERY_MS = 1_000;
/** The longest one exchange may take, in milliseconds. */
const LONGEST_MS = 5_000;

/**
 * Runs beside the requests, which neither wait for it nor pay for it: begun once, outside of any of them, so that no request's
 * deadline or log line is its own. What fails is said with the next.
 */
export function exchangeUsage(usage: Pick<Usage, "exchange">): void {
  const next = (): void => {
    setTimeout(async () => {
      await withDeadline(LONGEST_MS, usage.exchange).catch(() => undefined);
      next();
    }, EVERY_MS).unref();
  };
  next();
}
