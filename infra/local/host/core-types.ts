/**
 * The part of `@azure/functions-core` that this host supplies and drives. The package exists only inside a host, so its types
 * cannot be installed; names and shapes are those of the Node worker (Azure/azure-functions-nodejs-worker, `types-core/index.d.ts`).
 */

export type LogLevel =
  | "trace"
  | "debug"
  | "information"
  | "warning"
  | "error"
  | "critical"
  | "none";
export type LogCategory = "user" | "system" | "customMetric";

/** A union on the wire: exactly one of its fields is set. */
export interface TypedData {
  readonly string?: string | null;
  readonly json?: string | null;
  readonly bytes?: Uint8Array | null;
  readonly http?: HttpData | null;
  readonly int?: number | null;
  readonly double?: number | null;
}

export interface Cookie {
  readonly name?: string | null;
  readonly value?: string | null;
  readonly domain?: { value?: string | null } | null;
  readonly path?: { value?: string | null } | null;
  readonly expires?: { value?: { seconds?: number | null } | null } | null;
  readonly secure?: { value?: boolean | null } | null;
  readonly httpOnly?: { value?: boolean | null } | null;
  /** `none` means that the attribute is left out; `explicitNone` that it is `None`. */
  readonly sameSite?: "none" | "lax" | "strict" | "explicitNone" | null;
  readonly maxAge?: { value?: number | null } | null;
}

export interface HttpData {
  readonly method?: string | null;
  readonly url?: string | null;
  readonly headers?: Record<string, string> | null;
  readonly params?: Record<string, string> | null;
  readonly query?: Record<string, string> | null;
  readonly body?: TypedData | null;
  readonly statusCode?: string | null;
  readonly cookies?: Cookie[] | null;
}

/** A trigger, input or output: the fixed fields plus those of its kind (`route`, `schedule`, `queueName`, …). */
interface Binding {
  readonly type: string;
  readonly direction: "in" | "out" | "inout";
  readonly [option: string]: unknown;
}

export interface FunctionMetadata {
  readonly name: string;
  readonly functionId?: string;
  readonly bindings: Readonly<Record<string, Binding>>;
}

export type FunctionCallback = (...inputs: unknown[]) => unknown;

export interface TraceContext {
  readonly traceParent: string;
  readonly traceState?: string;
}

export interface InvocationRequest {
  readonly invocationId: string;
  readonly functionId: string;
  readonly inputData: { readonly name: string; readonly data: TypedData }[];
  readonly triggerMetadata: Record<string, TypedData>;
  readonly traceContext: TraceContext;
}

export interface InvocationResponse {
  readonly returnValue?: TypedData | null;
  readonly outputData?:
    | { readonly name?: string | null; readonly data?: TypedData | null }[]
    | null;
}

export interface CoreInvocationContext {
  readonly invocationId: string;
  readonly request: InvocationRequest;
  readonly metadata: FunctionMetadata;
  state?: "preInvocationHooks" | "invocation" | "postInvocationHooks" | undefined;
  log(level: LogLevel, category: LogCategory, message: string): void;
}

interface InvocationModel {
  getArguments(): Promise<{ context: unknown; inputs: unknown[] }>;
  invokeFunction(context: unknown, inputs: unknown[], callback: FunctionCallback): Promise<unknown>;
  getResponse(context: unknown, result: unknown): Promise<InvocationResponse>;
}

export interface ProgrammingModel {
  readonly name: string;
  readonly version: string;
  getInvocationModel(context: CoreInvocationContext): InvocationModel | Promise<InvocationModel>;
  getCapabilities?(
    defaults: Record<string, string>,
  ): Record<string, string> | Promise<Record<string, string>>;
}

export type HookName = "appStart" | "appTerminate" | "preInvocation" | "postInvocation" | "log";
export type HookCallback = (context: object) => unknown;
