import type { InvocationContext } from "@azure/functions";
import type * as z from "zod";
import { type PoisonDeps, reportPoison } from "../../shared/consent/alerts/poison.ts";
import type { Ending } from "../edge/observe.ts";
import { recordDeadLetter } from "../telemetry/metrics.ts";
import { readDelivery } from "./delivery.ts";

export type MessageDeps = PoisonDeps;

/** A fault of ours may pass with the next delivery; from this one on operators are told. */
const REPORT_FROM_DELIVERY = 5;
/** What is wrong with a message is named in so many characters at most. */
const MAX_REASON = 200;

/** The message says nothing that can be worked on. Thrown with every delivery, until Service Bus sets it aside. */
class UnreadableMessage extends Error {
  override name = "UnreadableMessage";
}

interface Read<T> {
  readonly queue: string;
  readonly schema: z.ZodType<T>;
  readonly message: unknown;
  readonly context: InvocationContext;
}

/**
 * Works on one message of a queue. Returning completes it; throwing has it delivered again, and at last dead-lettered. A trigger
 * cannot dead-letter by itself: docs/consent-clock.md says how the reason is kept.
 */
export async function readMessage<T>(
  deps: MessageDeps,
  { queue, schema, message, context }: Read<T>,
  work: (read: T) => Promise<string>,
): Promise<Ending<undefined>> {
  const { messageId, deliveryCount } = readDelivery(context.triggerMetadata);
  const report = async (kind: string, reason: string): Promise<void> => {
    await reportPoison(deps, { queue, messageId, reason: reason.slice(0, MAX_REASON) });
    if (deliveryCount === 1 || kind !== "unreadable") recordDeadLetter(queue, kind);
  };
  const parsed = schema.safeParse(message);
  if (!parsed.success) {
    const reason = describeIssues(parsed.error);
    await report("unreadable", reason);
    throw new UnreadableMessage(reason);
  }
  try {
    return { value: undefined, outcome: await work(parsed.data) };
  } catch (error) {
    if (deliveryCount === REPORT_FROM_DELIVERY)
      await report("failed", `Failed with ${error instanceof Error ? error.name : "unknown"}`);
    throw error;
  }
}

/** Fields and what was expected of them; never what was found there. */
const describeIssues = (error: z.ZodError): string =>
  error.issues
    .map(({ path, message }) => `${path.length > 0 ? path.join(".") : "message"}: ${message}`)
    .join("; ");
