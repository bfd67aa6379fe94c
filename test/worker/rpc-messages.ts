import * as z from "zod";

/** The part of Microsoft's worker protocol (`FunctionRpc.proto`) that the worker's answers are read by. */

const Result = z.looseObject({
  status: z.enum(["Failure", "Success", "Cancelled"]).default("Failure"),
  exception: z
    .looseObject({ message: z.string().default(""), stackTrace: z.string().optional() })
    .nullish(),
});

const lower = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1);

const Cookie = z.looseObject({
  sameSite: z
    .enum(["None", "Lax", "Strict", "ExplicitNone"])
    .default("None")
    .transform((value) => lower(value) as "none" | "lax" | "strict" | "explicitNone"),
});

const Data = z.looseObject({
  bytes: z.instanceof(Uint8Array).nullish(),
  string: z.string().nullish(),
  json: z.string().nullish(),
});

const Http = z.looseObject({
  statusCode: z.string().optional(),
  headers: z.record(z.string(), z.string()).default({}),
  cookies: z.array(Cookie).default([]),
  body: Data.nullish(),
});

const Level = z
  .enum(["Trace", "Debug", "Information", "Warning", "Error", "Critical", "None"])
  .default("Trace")
  .transform(
    (level) =>
      lower(level) as "trace" | "debug" | "information" | "warning" | "error" | "critical" | "none",
  );

export const RpcLog = z.looseObject({
  invocationId: z.string().default(""),
  level: Level,
  message: z.string().default(""),
  logCategory: z.enum(["User", "System", "CustomMetric"]).default("User"),
});

export const MetadataResponse = z.looseObject({
  result: Result,
  functionMetadataResults: z
    .array(
      z.looseObject({
        name: z.string(),
        functionId: z.string(),
        rawBindings: z.array(z.string()),
      }),
    )
    .default([]),
});

/** A binding as the library has written it, under its name. */
export const RawBinding = z.looseObject({
  name: z.string(),
  type: z.string(),
  direction: z.enum(["in", "out", "inout"]),
});

export const InvocationResponse = z.looseObject({
  invocationId: z.string(),
  result: Result,
  returnValue: z.looseObject({ http: Http.nullish() }).nullish(),
});

/** `content` names the one field that is set. */
export const StreamingMessage = z.looseObject({ content: z.string().optional() });
export type StreamingMessage = z.infer<typeof StreamingMessage>;
