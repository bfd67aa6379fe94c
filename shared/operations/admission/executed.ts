import { RemoteUnavailable } from "../../base/unavailable.ts";
import { DirectoryRefused } from "../../clients/ports.ts";

/**
 * An outage as the caller of an operation is to be told of it. What a service says of `executed` is about its own request: a
 * table that has refused to be written to says nothing of what the directory was asked before, and a read that got no answer
 * leaves nothing behind.
 */
export function outageOf(error: unknown, executed: RemoteUnavailable["executed"]): unknown {
  if (!(error instanceof RemoteUnavailable) || error.executed === executed) return error;
  const { service, retryAfterSeconds, throttled } = error;
  return new RemoteUnavailable(
    service,
    { executed, retryAfterSeconds, throttled },
    { cause: error },
  );
}

/**
 * What follows a change that the directory has made, or may have made: no failure of it says that nothing was done, nor is it
 * the directory's refusal of the change.
 */
export async function afterTheChange<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof DirectoryRefused)
      throw new RemoteUnavailable("directory", { executed: "unknown" }, { cause: error });
    throw outageOf(error, "unknown");
  }
}
