import type { ServiceBusClient } from "@azure/service-bus";
import { timeLeftMs } from "../../base/deadline.ts";
import { RemoteUnavailable } from "../../base/unavailable.ts";
import { type BusRefusal, BusRefused } from "./bus-refused.ts";
import type { Bus } from "./connect.ts";

/** The longest that anything asked of the bus takes, connecting and signing in included. */
export const BUS_MS = 3_000;

const PERMANENT: Readonly<Record<string, BusRefusal>> = {
  MessagingEntityNotFound: "missing",
  UnauthorizedAccess: "forbidden",
  MessageSizeExceeded: "too-large",
};
/** Answers of a bus that is well: the connection is not the matter. */
const ANSWERED = ["ServiceBusy", "QuotaExceeded", "MessagingEntityDisabled", "MessageNotFound"];

/**
 * Asks something of one queue or topic, within 3 s and the deadline, whatever the SDK does meanwhile.
 *
 * @param executed what is known of the change when the answer does not come
 * @throws RemoteUnavailable; BusRefused
 */
export async function ask<T>(
  bus: Bus,
  entity: string,
  executed: "no" | "unknown",
  work: (client: ServiceBusClient, abortSignal: AbortSignal) => Promise<T>,
): Promise<T> {
  const ms = timeLeftMs(BUS_MS);
  if (ms <= 0) throw new RemoteUnavailable("bus", { executed: "no" });
  const client = await bus.client();
  const controller = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const silence = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`No answer of Service Bus for "${entity}" within ${Math.round(ms)} ms`));
      controller.abort();
    }, ms);
  });
  try {
    return await Promise.race([work(client, controller.signal), silence]);
  } catch (cause) {
    const code = await codeOf(cause);
    const refusal = PERMANENT[code];
    if (refusal) throw new BusRefused(entity, refusal, { cause });
    if (!ANSWERED.includes(code)) bus.giveUp(client);
    throw new RemoteUnavailable("bus", { executed, throttled: code === "ServiceBusy" }, { cause });
  } finally {
    clearTimeout(timer);
  }
}

/** The SDK's own code of what went wrong, of the last attempt if it made more than one; empty if there is none. */
export async function codeOf(error: unknown): Promise<string> {
  const { isServiceBusError } = await import("./sdk.ts");
  const last = error instanceof AggregateError ? error.errors.at(-1) : error;
  return isServiceBusError(last) ? last.code : "";
}
