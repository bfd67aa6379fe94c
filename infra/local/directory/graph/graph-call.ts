import type * as z from "zod";
import type { Caller } from "./caller.ts";
import { badRequest } from "./graph-error.ts";

/** One Graph request, alone or as a part of a batch. */
export interface GraphCall {
  readonly method: string;
  /** Values of the template's names: `{id}` is `params["id"]`; an alternate key keeps its form `appId='…'`. */
  readonly params: Readonly<Record<string, string>>;
  /** Below `/v1.0`, as it was sent. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** Names in lower case. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: unknown;
  readonly caller: Caller;
  /** Of the listener that was asked, so that links lead back to it. */
  readonly origin: string;
}

export interface GraphReply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: object;
}

export interface GraphRoute {
  readonly method: string;
  /** `/applications/{id}/addPassword` */
  readonly template: string;
  readonly handle: (call: GraphCall) => GraphReply | Promise<GraphReply>;
}

export const param = (call: GraphCall, name: string): string => call.params[name] ?? "";

/** Whether a `PATCH` of what is not there makes it. */
export const createsIfMissing = ({ headers }: GraphCall): boolean =>
  /(^|,)\s*create-if-missing\s*(,|$)/i.test(headers.get("prefer") ?? "");

export const noContent: GraphReply = { status: 204 };

/** Reads the body by `schema`. @throws 400 that names the first property at fault, in Graph's words. */
export function bodyOf<T>(call: GraphCall, schema: z.ZodType<T>, resource: string): T {
  if (call.body === undefined) throw badRequest("Empty Payload. JSON content expected.");
  const parsed = schema.safeParse(call.body);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  if (issue?.code === "unrecognized_keys") {
    throw badRequest(
      `Property '${issue.keys[0]}' does not exist as a declared property or extension property.`,
    );
  }
  const property = issue?.path.find((step) => typeof step === "string");
  throw badRequest(
    property === undefined
      ? "Unable to read JSON request payload. Please ensure Content-Type header is set and payload is of valid JSON format."
      : `Invalid value specified for property '${property}' of resource '${resource}'.`,
  );
}
