import { randomBytes, randomUUID } from "node:crypto";
import type {
  CoreInvocationContext,
  HookCallback,
  InvocationResponse,
  TraceContext,
  TypedData,
} from "./core-types.ts";
import type { FunctionApp, RegisteredFunction } from "./function-app.ts";
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
  invoke(registered: RegisteredFunction, event: TriggerEvent): Promise<InvocationResponse>;
  /** Settles once nothing runs any more. */
  idle(): Promise<void>;
}

async function runHooks(
  log: CoreInvocationContext["log"],
  name: string,
  hooks: readonly HookCallback[],
  context: object,
): Promise<void> {
  if (hooks.length === 0) return;
  log("debug", "system", `Executing ${hooks.length} "${name}" hooks`);
  for (const hook of hooks) await hook(context);
  log("debug", "system", `Executed "${name}" hooks`);
}

const newTraceParent = (): string =>
  `00-${randomBytes(16).toString("hex")}-${randomBytes(8).toString("hex")}-01`;

/** Order and states of an invocation as in the Node worker, `src/eventHandlers/InvocationHandler.ts`. */
async function run(
  app: FunctionApp,
  registered: RegisteredFunction,
  context: CoreInvocationContext,
): Promise<InvocationResponse> {
  const model = await app.model().getInvocationModel(context);
  const { context: invocationContext, inputs } = await model.getArguments();
  const shared = { hookData: {}, appHookData: app.hookData, invocationContext };

  const before = { ...shared, inputs, functionCallback: registered.callback };
  context.state = "preInvocationHooks";
  await runHooks(context.log, "preInvocation", app.hooks.preInvocation, before);

  const after: { result: unknown; error: unknown } & typeof shared & { inputs: unknown[] } = {
    ...shared,
    inputs: before.inputs,
    result: null,
    error: null,
  };
  context.state = "invocation";
  try {
    after.result = await model.invokeFunction(
      invocationContext,
      before.inputs,
      before.functionCallback,
    );
  } catch (error) {
    after.error = error ?? new Error("The function threw nothing.");
  }
  context.state = "postInvocationHooks";
  await runHooks(context.log, "postInvocation", app.hooks.postInvocation, after);
  context.state = undefined;
  if (after.error) throw after.error;
  return model.getResponse(invocationContext, after.result);
}

export function createInvoker(
  app: FunctionApp,
  log: Log,
  report: (invocation: Invocation) => void,
): Invoker {
  const running = new Set<Promise<unknown>>();

  const invoke = async (registered: RegisteredFunction, event: TriggerEvent) => {
    const { metadata } = registered;
    const invocationId = randomUUID();
    const source = { functionName: metadata.name, invocationId };
    const traceContext: TraceContext = { traceParent: event.traceParent ?? newTraceParent() };
    const [triggerName = ""] =
      Object.entries(metadata.bindings).find(([, { type }]) => /trigger$/i.test(type)) ?? [];
    const started = performance.now();
    const finish = (succeeded: boolean) => {
      const durationMs = Math.round(performance.now() - started);
      log.write(
        succeeded ? "information" : "error",
        `Executed 'Functions.${metadata.name}' (${succeeded ? "Succeeded" : "Failed"}, Duration=${durationMs}ms)`,
        source,
      );
      report({ functionName: metadata.name, invocationId, succeeded, durationMs });
    };
    try {
      const context: CoreInvocationContext = {
        invocationId,
        metadata,
        request: {
          invocationId,
          functionId: metadata.functionId ?? metadata.name,
          inputData: [{ name: triggerName, data: event.input }],
          triggerMetadata: event.triggerMetadata ?? {},
          traceContext,
        },
        log: (level, category, message) => {
          // As in the worker, a hook may change what is logged.
          const line = { level, category, message, hookData: {}, appHookData: app.hookData };
          for (const hook of app.hooks.log) void hook(line);
          log.write(line.level, line.message, source);
        },
      };
      // The worker's own lines pass the app's log hooks as well, and whoever exports all of them pays for them.
      context.log("debug", "system", `Worker received FunctionInvocationRequest "${invocationId}"`);
      const response = await run(app, registered, context);
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
    invoke: (registered, event) => {
      const invocation = invoke(registered, event);
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
