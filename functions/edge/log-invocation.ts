import type { InvocationContext } from "@azure/functions";
import type { Observation } from "../../shared/observation.ts";

export interface Invocation {
  /** Function name: the route, queue or timer. */
  readonly route: string;
  /** `done`, or the reason of a refusal. */
  readonly outcome: string;
  readonly status?: number;
  readonly durationMs: number;
  readonly observation: Observation;
}

/** One structured line for each invocation. Ids of operations only: no name, claim, token or body of anybody. */
export function logInvocation(context: InvocationContext, invocation: Invocation): void {
  const { observation, ...rest } = invocation;
  const { operationId, notes, ...counts } = observation;
  context.info(
    JSON.stringify({
      invocation: context.invocationId,
      ...rest,
      durationMs: Math.round(invocation.durationMs),
      ...(operationId && { operationId }),
      ...counts,
      ...(notes.length > 0 && { notes }),
    }),
  );
}
