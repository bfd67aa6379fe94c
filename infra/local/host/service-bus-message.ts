import type { ServiceBusReceivedMessage } from "@azure/service-bus";
import type { TypedData } from "./core-types.ts";
import type { TriggerEvent } from "./invoke.ts";

const strict = new TextDecoder("utf-8", { fatal: true });

/** A body of text is text (the library parses it when it is JSON); any other bytes stay bytes. */
function toInput(body: unknown): TypedData {
  if (typeof body === "string") return { string: body };
  if (!(body instanceof Uint8Array)) return { json: JSON.stringify(body ?? null) };
  try {
    return { string: strict.decode(body) };
  } catch {
    return { bytes: body };
  }
}

/** Always as JSON: bare text that looks like a number or a date would otherwise change its type on the way. */
const metadata = (value: unknown): TypedData => ({ json: JSON.stringify(value) });

/**
 * The message with the metadata that the real host adds (names as the .NET extension gives them; `@azure/functions` turns
 * their first letter to lower case).
 *
 * @param message received with `skipParsingBodyAsJson`, so that its body is what was sent
 */
export function toTriggerEvent(message: ServiceBusReceivedMessage): TriggerEvent {
  const properties = message.applicationProperties ?? {};
  const fields: Record<string, unknown> = {
    MessageId: message.messageId,
    SequenceNumber: message.sequenceNumber?.toNumber(),
    EnqueuedSequenceNumber: message.enqueuedSequenceNumber,
    // The SDK counts the earlier deliveries, Azure this one as well.
    DeliveryCount: (message.deliveryCount ?? 0) + 1,
    EnqueuedTimeUtc: message.enqueuedTimeUtc,
    ExpiresAtUtc: message.expiresAtUtc,
    LockedUntilUtc: message.lockedUntilUtc,
    LockToken: message.lockToken,
    CorrelationId: message.correlationId,
    ContentType: message.contentType,
    Subject: message.subject,
    Label: message.subject,
    To: message.to,
    ReplyTo: message.replyTo,
    PartitionKey: message.partitionKey,
    SessionId: message.sessionId,
    DeadLetterSource: message.deadLetterSource,
    ApplicationProperties: properties,
    UserProperties: properties,
  };
  const traceParent = properties["Diagnostic-Id"] ?? properties["traceparent"];
  return {
    input: toInput(message.body),
    triggerMetadata: Object.fromEntries(
      Object.entries(fields)
        .filter(([, value]) => value !== undefined)
        .map(([name, value]) => [name, metadata(value)]),
    ),
    traceParent: typeof traceParent === "string" ? traceParent : undefined,
  };
}
