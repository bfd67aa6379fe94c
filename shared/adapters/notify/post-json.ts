import { timeLeftMs } from "../../base/deadline.ts";
import { RemoteUnavailable } from "../../base/unavailable.ts";
import { retryAfterSeconds } from "./retry-after.ts";

const TIMEOUT_MS = 10_000;

/**
 * Posts an alert to an address that is a secret: whatever fails is told by its kind and status, never by the address.
 *
 * @throws RemoteUnavailable when the receiver did not say that it took it
 */
export async function postJson(
  url: string,
  headers: Readonly<Record<string, string>>,
  body: string,
): Promise<void> {
  let response: Response;
  try {
    response = await fetch(url, {
      method: "POST",
      redirect: "error",
      signal: AbortSignal.timeout(Math.ceil(timeLeftMs(TIMEOUT_MS))),
      headers: { "content-type": "application/json", ...headers },
      body,
    });
  } catch (cause) {
    throw notTaken(cause instanceof Error ? cause.name : "unknown");
  }
  await response.body?.cancel();
  if (!response.ok) {
    const pause = retryAfterSeconds(response.headers.get("retry-after"));
    throw notTaken(`HTTP ${response.status}`, pause);
  }
}

const notTaken = (why: string, retryAfterSeconds?: number): RemoteUnavailable =>
  new RemoteUnavailable(
    "alerts",
    {
      executed: "unknown",
      ...(retryAfterSeconds !== undefined && { throttled: true, retryAfterSeconds }),
    },
    { cause: new Error(why) },
  );
