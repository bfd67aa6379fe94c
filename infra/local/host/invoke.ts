import { randomBytes, randomUUID } from "node:crypto";
import type { InvocationResponse, TraceContext, TypedData } from "./core-types.ts";
import type { Engine, ServedFunction } from "./engine.ts";
import type { Log } from "./log.ts";

/** What a trigger has to say about one event. */
export interface TriggerEvent {
  readonly input: TypedData;
  readonly triggerMetadata?: Record<string, TypedData>;
  /** A W3C `traceparent` that came with the event. */
  readonly traceParent?: string | undefined;
}

export interface Invocation {
  readonly functionName: string;
  readonly invocationId: string;
  readonly succeeded: boolean;
  readonly durationMs: number;
}

export interface Invoker {
  /** @throws whatever the function threw, after the hooks have run and the failure is logged. */
  invoke(served: ServedFunction, event: TriggerEvent): Promise<InvocationResponse>;
  /** Settles once nothing runs any more. */
  idle(): Promise<void>;
}

/** 25 days: what is more Node takes for nothing. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

const newTraceParent = (): string =>
  `00-${randomBytes(16).toString("hex")}-${randomBytes(8).toString("hex")}-01`;

export interface InvokerOptions {
  readonly engine: Engine;
  readonly log: Log;
  report(invocation: Invocation): void;
  /** `functionTimeout` of host.json, in milliseconds; nothing for no end. */
  readonly timeoutMs: number | undefined;
  /** An invocation took longer. Azure ends the process that it runs in, with all others that run there. */
  timedOut(): void;
}

export function createInvoker({
  engine,
  log,
  report,
  timeoutMs,
  timedOut,
}: InvokerOptions): Invoker {
  const running = new Set<Promise<unknown>>();

  const invoke = async (served: ServedFunction, event: TriggerEvent) => {
    const { metadata } = served;
    const invocationId = randomUUID();
    const source = { functionName: metadata.name, invocationId };
    const traceContext: TraceContext = { traceParent: event.traceParent ?? newTraceParent() };
    const [triggerName = ""] =
      Object.entries(metadata.bindings).find(([, { type }]) => /trigger$/i.test(type)) ?? [];
    const started = performance.now();
    const tooLong = () => {
      const limit = `Timeout value of ${timeoutMs} ms`;
      log.write("error", `${limit} was exceeded by function: Functions.${metadata.name}`, source);
      timedOut();
    };
    const timer = setTimeout(tooLong, Math.min(timeoutMs ?? LONGEST_TIMER_MS, LONGEST_TIMER_MS));
    const finish = (succeeded: boolean) => {
      clearTimeout(timer);
      const durationMs = Math.round(performance.now() - started);
      log.write(
        succeeded ? "information" : "error",
        `Executed 'Functions.${metadata.name}' (${succeeded ? "Succeeded" : "Failed"}, Duration=${durationMs}ms)`,
        source,
      );
      report({ functionName: metadata.name, invocationId, succeeded, durationMs });
    };
    try {
      const request = {
        invocationId,
        functionId: metadata.functionId ?? metadata.name,
        inputData: [{ name: triggerName, data: event.input }],
        triggerMetadata: event.triggerMetadata ?? {},
        traceContext,
      };
      const response = await engine.invoke(served, request, (level, message) =>
        log.write(level, message, source),
      );
      finish(true);
      return response;
    } catch (error) {
      log.write(
        "error",
        error instanceof Error ? (error.stack ?? error.message) : String(error),
        source,
      );
      finish(false);
      throw error;
    }
  };

  return {
    invoke: (served, event) => {
      const invocation = invoke(served, event);
      const settled = invocation
        .then(
          () => undefined,
          () => undefined,
        )
        .then(() => {
          running.delete(settled);
        });
      running.add(settled);
      return invocation;
    },
    idle: async () => {
      while (running.size > 0) await Promise.all(running);
    },
  };
}
