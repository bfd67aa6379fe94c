import type { InvocationContext } from "@azure/functions";
import { newObservation, type Observation, observe } from "../../shared/base/observation.ts";
import { continueTrace, describeSpan, type Traced, traced } from "../../shared/base/tracing.ts";
import { recordInvocation } from "../telemetry/metrics.ts";

/** How an invocation ended: `done`, the reason of a refusal, or a sentence of counts. */
export interface Ending<T> {
  readonly outcome: string;
  /** HTTP status, where there is one. */
  readonly status?: number;
  readonly value: T;
}

export interface Observed {
  /** Function name: the route, queue or timer. */
  readonly name: string;
  readonly kind: Extract<Traced, "called" | "receives">;
  /** Application properties of the message, which may carry the sender's trace. */
  readonly carrier?: unknown;
}

/**
 * Runs one invocation, whatever its trigger: one span, one line in the log, and its part of the metrics. The line holds ids
 * and counts only: no name, claim, token or body of anybody.
 */
export async function observeInvocation<T>(
  context: InvocationContext,
  { name, kind, carrier }: Observed,
  work: () => Promise<Ending<T>>,
): Promise<T> {
  const startedAt = performance.now();
  const observation = newObservation();
  let outcome = "failed";
  let status: number | undefined;
  const run = async (): Promise<T> => {
    try {
      const ending = await observe(observation, work);
      ({ outcome, status } = { status: undefined, ...ending });
      return ending.value;
    } finally {
      const durationMs = performance.now() - startedAt;
      describeSpan({ "latchkey.outcome": outcome, ...spanCounts(observation) });
      recordInvocation(name, outcome, durationMs, observation);
      const { operationId, notes, rates: _, ...counts } = observation;
      context.info(
        JSON.stringify({
          invocation: context.invocationId,
          ...(status !== undefined && { requestId: context.invocationId }),
          route: name,
          outcome,
          ...(status !== undefined && { status }),
          durationMs: Math.round(durationMs),
          ...(operationId && { operationId }),
          ...counts,
          ...(notes.length > 0 && { notes }),
        }),
      );
    }
  };
  const attributes = {
    "faas.invocation_id": context.invocationId,
    // Without it the Azure Monitor exporter shows a consumer's span as a request without a name.
    "ai.operation.name": name,
  };
  return continueTrace(carrier, () => traced(kind, name, attributes, run));
}

const spanCounts = (observation: Observation) => ({
  "latchkey.operation_id": observation.operationId ?? "",
  "latchkey.directory_calls": observation.directoryCalls,
  "latchkey.table_operations": observation.tableOperations,
  "latchkey.messages": observation.messages,
});
