/** What was waited for did not come in time, or the caller no longer wants it. */
export class GivenUp extends Error {
  override name = "GivenUp";
}

/** The part of an `AbortSignal` that Azure's SDKs promise. */
interface Signal {
  readonly aborted: boolean;
  addEventListener(type: "abort", listener: () => void): void;
  removeEventListener(type: "abort", listener: () => void): void;
}

/**
 * Waits no longer than so many milliseconds, and no longer than `signal` lets it. The SDKs for sign-in neither have a time limit
 * of their own nor heed a signal: what they began goes on, and nobody waits for it.
 *
 * @throws GivenUp
 */
export function within<T>(
  milliseconds: number,
  work: () => Promise<T>,
  signal?: Signal,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const giveUp = () => reject(new GivenUp(`No answer within ${Math.ceil(milliseconds)} ms`));
    if (milliseconds <= 0 || signal?.aborted) return giveUp();
    const timer = setTimeout(giveUp, Math.ceil(milliseconds));
    signal?.addEventListener("abort", giveUp);
    Promise.resolve()
      .then(work)
      .then(resolve, reject)
      .finally(() => {
        clearTimeout(timer);
        signal?.removeEventListener("abort", giveUp);
      });
  });
}
