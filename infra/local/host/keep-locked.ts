import { setTimeout as pause } from "node:timers/promises";
import type { ServiceBusReceivedMessage, ServiceBusReceiver } from "@azure/service-bus";

/** So long before the end a lock is renewed, or at half of its time (.NET's `ServiceBusProcessor`, which Azure's host uses). */
const AHEAD_MS = 10_000;

/**
 * Renews a message's lock until `signal`, for so long at most. The SDK's own renewal goes on when a message could not be settled
 * because its link had gone: nobody got that message again for minutes, where Azure's host has it come when its lock runs out.
 */
export async function keepLocked(
  receiver: Pick<ServiceBusReceiver, "renewMessageLock">,
  message: ServiceBusReceivedMessage,
  atMostMs: number,
  signal: AbortSignal,
): Promise<void> {
  const until = Date.now() + atMostMs;
  try {
    while (!signal.aborted) {
      const left = (message.lockedUntilUtc?.getTime() ?? 0) - Date.now();
      const waitMs = Math.max(left / 2, left - AHEAD_MS);
      if (left <= 0 || Date.now() + waitMs >= until) return;
      await pause(waitMs, undefined, { signal, ref: false });
      await receiver.renewMessageLock(message);
    }
  } catch {
    // It has been worked on, or its lock is lost: it is delivered again.
  }
}
