import type { InvocationContext } from "@azure/functions";
import type * as z from "zod";
import { withDeadline } from "../../shared/base/deadline.ts";
import { type ReportDeps, reportPoison } from "../../shared/consent/alerts/report-poison.ts";
import { observeInvocation } from "../edge/observe.ts";
import { recordDeadLetter } from "../telemetry/metrics.ts";
import { readDelivery } from "./delivery.ts";

export interface MessageDeps extends ReportDeps {
  /** Longest time one message may take, in milliseconds; less than its lock lasts. */
  readonly entryMs: number;
}

/** A fault of ours may pass with the next delivery; from this one on operators are told. */
const REPORT_FROM_DELIVERY = 5;
/** What is wrong with a message is named in so many characters at most. */
const MAX_REASON = 200;

/** The message says nothing that can be worked on. Thrown with every delivery, until Service Bus sets it aside. */
class UnreadableMessage extends Error {
  override name = "UnreadableMessage";
}

/**
 * A function for one queue. Returning completes the message; throwing has it delivered again, and at last dead-lettered. A trigger
 * cannot dead-letter by itself: docs/consent-clock.md says how the reason is kept.
 *
 * @param name the function's own
 */
export const readMessages =
  <T>(
    deps: MessageDeps,
    { name, queue, schema }: { name: string; queue: string; schema: z.ZodType<T> },
    work: (read: T) => Promise<string>,
  ) =>
  (message: unknown, context: InvocationContext): Promise<undefined> => {
    const { messageId, deliveryCount, enqueuedAt, carrier } = readDelivery(context.triggerMetadata);
    const report = async (kind: string, reason: string): Promise<void> => {
      await reportPoison(deps, {
        ...{ queue, messageId, reason: reason.slice(0, MAX_REASON) },
        enqueuedAt: enqueuedAt ?? deps.runtime.now(),
      });
      const first = kind === "unreadable" ? 1 : REPORT_FROM_DELIVERY;
      if (deliveryCount === first) recordDeadLetter(queue, kind);
    };
    return observeInvocation(context, { name, kind: "receives", carrier }, async () => {
      const parsed = schema.safeParse(message);
      if (!parsed.success) {
        const reason = describeIssues(parsed.error);
        await report("unreadable", reason);
        throw new UnreadableMessage(reason);
      }
      try {
        const outcome = await withDeadline(deps.entryMs, () => work(parsed.data));
        return { value: undefined, outcome };
      } catch (error) {
        // With each one: the host may have died in the one before, or could not write it down. It counts once.
        if (deliveryCount >= REPORT_FROM_DELIVERY)
          await report("failed", `Failed with ${error instanceof Error ? error.name : "unknown"}`);
        throw error;
      }
    });
  };

/** Fields and what was expected of them; never what was found there. */
const describeIssues = (error: z.ZodError): string =>
  error.issues
    .map(({ path, message }) => `${path.length > 0 ? path.join(".") : "message"}: ${message}`)
    .join("; ");
