import type {
  FunctionMetadata,
  InvocationRequest,
  InvocationResponse,
  LogLevel,
} from "./core-types.ts";
import type { Log } from "./log.ts";

/** A function of the application, as its host knows it. */
export interface ServedFunction {
  readonly metadata: FunctionMetadata;
}

/** Where a line of an invocation goes. */
export type LogLine = (level: LogLevel, message: string) => void;

/** What runs the application: this very process, or Microsoft's worker beside it (docs/local-host.md). */
export interface Engine {
  /** By name. */
  readonly functions: ReadonlyMap<string, ServedFunction>;
  /** @throws whatever the function threw, after its hooks have run */
  invoke(
    served: ServedFunction,
    request: InvocationRequest,
    log: LogLine,
  ): Promise<InvocationResponse>;
  /** Runs the app's `appTerminate` hooks. */
  terminate(): Promise<void>;
}

/** @throws with the worker's wording when the app cannot be loaded or registers nothing */
export type StartEngine = (folder: string, log: Log) => Promise<Engine>;
