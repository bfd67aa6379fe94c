import {
  type Attributes,
  context,
  propagation,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
} from "@opentelemetry/api";

/** Everything below does nothing, at next to no cost, unless `functions/telemetry` has registered an SDK. */

const tracer = trace.getTracer("latchkey");

export type Traced = "called" | "calls" | "sends" | "receives";

const KINDS: Readonly<Record<Traced, SpanKind>> = {
  called: SpanKind.SERVER,
  calls: SpanKind.CLIENT,
  sends: SpanKind.PRODUCER,
  receives: SpanKind.CONSUMER,
};

/**
 * Runs `work` as one span of the current trace.
 *
 * @param name what is done, without ids: `POST /applications/{id}/addPassword`
 * @param attributes ids and counts only; no name, token or value of anybody
 */
export function traced<T>(
  kind: Traced,
  name: string,
  attributes: Attributes,
  work: () => Promise<T>,
): Promise<T> {
  return tracer.startActiveSpan(name, { kind: KINDS[kind], attributes }, async (span) => {
    try {
      return await work();
    } catch (error) {
      // The error's message may quote what was sent; its kind may not.
      const type = error instanceof Error ? error.name : "unknown";
      span.setStatus({ code: SpanStatusCode.ERROR, message: type });
      throw error;
    } finally {
      span.end();
    }
  });
}

/** Adds what is known only at the end to the current span. */
export function describeSpan(attributes: Attributes): void {
  trace.getActiveSpan()?.setAttributes(attributes);
}

/**
 * The current trace as application properties of a Service Bus message. `Diagnostic-Id` is the name the Functions host and the
 * Azure SDKs read; `traceparent` is the standard's.
 */
export function traceProperties(): Record<string, string> {
  const carrier: Record<string, string> = {};
  propagation.inject(context.active(), carrier);
  const parent = carrier["traceparent"];
  return parent ? { traceparent: parent, "Diagnostic-Id": parent } : {};
}

/** Runs `work` in the trace that a message or an invocation came with; in the current one when it came with none. */
export function continueTrace<T>(carrier: unknown, work: () => Promise<T>): Promise<T> {
  const properties = typeof carrier === "object" && carrier !== null ? { ...carrier } : {};
  if (!("traceparent" in properties)) return work();
  return context.with(propagation.extract(ROOT_CONTEXT, properties), work);
}
