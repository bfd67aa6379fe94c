import type { ServiceBusReceivedMessage } from "@azure/service-bus";
import type { TypedData } from "./core-types.ts";
import type { TriggerEvent } from "./invoke.ts";

const utf8 = new TextDecoder("utf-8");

/**
 * The body as text, which the library parses when it is JSON. Bytes that are no UTF-8 are text too, with U+FFFD for what could
 * not be read: the host asks its extension for a string.
 */
function toInput(body: unknown): TypedData {
  if (typeof body === "string") return { string: body };
  if (body instanceof Uint8Array) return { string: utf8.decode(body) };
  return { string: JSON.stringify(body ?? null) };
}

/** Text as text, anything else as JSON: the library parses text that looks like JSON, a message id `12345` to a number. */
const metadata = (value: unknown): TypedData =>
  typeof value === "string" ? { string: value } : { json: JSON.stringify(value) };

/** .NET's last moment: what a message that never expires is given. */
const NEVER = "9999-12-31T23:59:59.9999999Z";

const moment = (time: Date | undefined): string | undefined =>
  time && (time.getTime() >= Date.parse("+010000-01-01T00:00:00Z") ? NEVER : time.toISOString());

/**
 * The message with the metadata that the real host adds (names as the .NET extension gives them; `@azure/functions` turns
 * their first letter to lower case). What the message does not have is left out.
 *
 * @param message received with `skipParsingBodyAsJson`, so that its body is what was sent
 */
export function toTriggerEvent(message: ServiceBusReceivedMessage): TriggerEvent {
  const properties = message.applicationProperties ?? {};
  const fields: Record<string, unknown> = {
    MessageId: message.messageId,
    SequenceNumber: message.sequenceNumber?.toNumber(),
    // The SDK counts the earlier deliveries, Azure this one as well.
    DeliveryCount: (message.deliveryCount ?? 0) + 1,
    EnqueuedTime: moment(message.enqueuedTimeUtc),
    EnqueuedTimeUtc: moment(message.enqueuedTimeUtc),
    ExpiresAt: moment(message.expiresAtUtc),
    ExpiresAtUtc: moment(message.expiresAtUtc),
    LockToken: message.lockToken,
    CorrelationId: message.correlationId,
    ContentType: message.contentType,
    Subject: message.subject,
    Label: message.subject,
    To: message.to,
    ReplyTo: message.replyTo,
    PartitionKey: message.partitionKey,
    SessionId: message.sessionId,
    ReplyToSessionId: message.replyToSessionId,
    DeadLetterSource: message.deadLetterSource,
    ApplicationProperties: properties,
    UserProperties: properties,
  };
  const traceParent = properties["Diagnostic-Id"] ?? properties["traceparent"];
  return {
    input: toInput(message.body),
    triggerMetadata: Object.fromEntries(
      Object.entries(fields)
        .filter(([, value]) => value !== undefined && value !== null)
        .map(([name, value]) => [name, metadata(value)]),
    ),
    traceParent: typeof traceParent === "string" ? traceParent : undefined,
  };
}
