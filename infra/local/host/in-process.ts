import type {
  CoreInvocationContext,
  HookCallback,
  InvocationRequest,
  InvocationResponse,
} from "./core-types.ts";
import type { Engine, LogLine, StartEngine } from "./engine.ts";
import { createFunctionApp, type FunctionApp, type RegisteredFunction } from "./function-app.ts";
import { loadApp } from "./load-app.ts";

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

const contextOf = (
  app: FunctionApp,
  { metadata }: RegisteredFunction,
  request: InvocationRequest,
  log: LogLine,
): CoreInvocationContext => ({
  invocationId: request.invocationId,
  metadata,
  request,
  log: (level, category, message) => {
    // As in the worker, a hook may change what is logged.
    const line = { level, category, message, hookData: {}, appHookData: app.hookData };
    for (const hook of app.hooks.log) void hook(line);
    log(line.level, line.message);
  },
});

/** Loads the application into this process and runs it as the Node worker does. */
export const startInProcess: StartEngine = async (folder, log): Promise<Engine> => {
  const app = createFunctionApp(log);
  await loadApp(app, folder);
  return {
    functions: app.functions,
    invoke: ({ metadata }, request, logLine) => {
      const registered = app.functions.get(request.functionId);
      if (!registered) throw new Error(`There is no function '${metadata.name}'.`);
      const context = contextOf(app, registered, request, logLine);
      // The worker's own lines pass the app's log hooks as well, and whoever exports all of them pays for them.
      const received = `Worker received FunctionInvocationRequest "${request.invocationId}"`;
      context.log("debug", "system", received);
      return run(app, registered, context);
    },
    terminate: async () => {
      const hookContext = { hookData: {}, appHookData: app.hookData };
      for (const hook of app.hooks.appTerminate) await hook(hookContext);
    },
  };
};
