import type { ServiceBusClient } from "@azure/service-bus";
import { timeLeftMs } from "../../base/deadline.ts";
import { RemoteUnavailable } from "../../base/unavailable.ts";
import { type BusRefusal, BusRefused } from "./bus-refused.ts";
import type { Bus } from "./connect.ts";

/** The longest that anything asked of the bus takes, connecting and signing in included. */
export const BUS_MS = 3_000;
/** The longest that the first of two attempts takes. */
const FIRST_MS = 1_500;

const PERMANENT: Readonly<Record<string, BusRefusal>> = {
  MessagingEntityNotFound: "missing",
  UnauthorizedAccess: "forbidden",
  MessageSizeExceeded: "too-large",
};
/** Answers of a bus that is well: the connection is not the matter. */
const ANSWERED = ["ServiceBusy", "QuotaExceeded", "MessagingEntityDisabled", "MessageNotFound"];

/**
 * Asks something of one queue or topic, within 3 s and the deadline, whatever the SDK does meanwhile. What a broken connection
 * has kept from its answer is asked once more, on a new one: every message has an id that makes a second one of it be dropped.
 *
 * @param executed what is known of the change when the answer does not come
 * @throws RemoteUnavailable, of which `BusRefused` is one
 */
export async function ask<T>(
  bus: Bus,
  entity: string,
  executed: "no" | "unknown",
  work: (client: ServiceBusClient, abortSignal: AbortSignal) => Promise<T>,
): Promise<T> {
  const end = performance.now() + timeLeftMs(BUS_MS);
  let cause: unknown;
  let known: "no" | "unknown" = "no";
  for (const longestMs of [FIRST_MS, BUS_MS]) {
    const ms = Math.min(longestMs, end - performance.now());
    if (ms <= 0) break;
    const client = await bus.client();
    known = executed;
    try {
      return await within(ms, entity, (signal) => work(client, signal));
    } catch (error) {
      cause = error;
      const code = await codeOf(error);
      const refusal = PERMANENT[code];
      if (refusal) throw new BusRefused(entity, refusal, { cause });
      if (ANSWERED.includes(code))
        throw new RemoteUnavailable(
          "bus",
          { executed, throttled: code === "ServiceBusy" },
          { cause },
        );
      bus.giveUp(client);
    }
  }
  throw new RemoteUnavailable("bus", { executed: known }, { cause });
}

async function within<T>(
  ms: number,
  entity: string,
  work: (abortSignal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const silence = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`No answer of Service Bus for "${entity}" within ${Math.round(ms)} ms`));
      controller.abort();
    }, ms);
  });
  try {
    return await Promise.race([work(controller.signal), silence]);
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
