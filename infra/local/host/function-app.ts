import type {
  FunctionCallback,
  FunctionMetadata,
  HookCallback,
  HookName,
  LogCategory,
  LogLevel,
  ProgrammingModel,
} from "./core-types.ts";
import { Disposable } from "./disposable.ts";
import type { Log } from "./log.ts";

export interface RegisteredFunction {
  readonly metadata: FunctionMetadata;
  readonly callback: FunctionCallback;
}

/** What the application told its host about itself while it was loaded. */
export interface FunctionApp {
  readonly functions: ReadonlyMap<string, RegisteredFunction>;
  readonly hooks: Readonly<Record<HookName, HookCallback[]>>;
  /** Shared by every hook of the application (`appHookData`). */
  readonly hookData: Record<string, unknown>;
  model(): ProgrammingModel;
  /** From here on a registration throws, as it does in Azure once the worker has answered with its list. */
  lock(): void;
  /** The exports of `@azure/functions-core`. */
  readonly coreModule: Readonly<Record<string, unknown>>;
}

/** Rules and wording of the Node worker: `src/coreApi/registerFunction.ts`, `src/hooks/registerHook.ts`. */
export function createFunctionApp(log: Log): FunctionApp {
  const functions = new Map<string, RegisteredFunction>();
  const hooks: Record<HookName, HookCallback[]> = {
    appStart: [],
    appTerminate: [],
    preInvocation: [],
    postInvocation: [],
    log: [],
  };
  let model: ProgrammingModel | undefined;
  let locked = false;

  const registerFunction = (metadata: FunctionMetadata, callback: FunctionCallback) => {
    if (locked) throw new Error("A function can only be registered during app startup.");
    const id = metadata.functionId ?? metadata.name;
    if (functions.has(id)) {
      throw new Error(`A function with id "${id}" has already been registered.`);
    }
    functions.set(id, { metadata, callback });
    return new Disposable(() => {
      if (locked) throw new Error("A function can only be disposed during app startup.");
      functions.delete(id);
    });
  };

  const registerHook = (name: HookName, callback: HookCallback) => {
    const callbacks = hooks[name];
    if (!callbacks) throw new RangeError(`Unrecognized hook "${name}"`);
    callbacks.push(callback);
    return new Disposable(() => {
      const index = callbacks.indexOf(callback);
      if (index >= 0) callbacks.splice(index, 1);
    });
  };

  const getModel = (): ProgrammingModel => {
    if (!model)
      throw new Error("No programming model is set: the app never loaded @azure/functions.");
    return model;
  };

  return {
    functions,
    hooks,
    hookData: {},
    model: getModel,
    lock: () => {
      locked = true;
    },
    coreModule: {
      version: "3.12.0",
      hostVersion: "4.1042.100",
      registerFunction,
      registerHook,
      setProgrammingModel: (next: ProgrammingModel) => {
        model = next;
      },
      getProgrammingModel: getModel,
      log: (level: LogLevel, _category: LogCategory, message: string) => log.write(level, message),
      Disposable,
    },
  };
}
