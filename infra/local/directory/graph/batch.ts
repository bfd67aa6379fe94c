import * as z from "zod";
import type { Caller } from "./caller.ts";
import type { GraphReply } from "./graph-call.ts";
import { envelope, GraphError } from "./graph-error.ts";

/** One request, as the dispatcher takes it from the wire or from a batch. */
export interface PartRequest {
  readonly method: string;
  /** Path and query below `/v1.0`. */
  readonly url: string;
  readonly headers: ReadonlyMap<string, string>;
  readonly body: unknown;
  readonly caller: Caller;
  readonly origin: string;
}

const MAX_PARTS = 20;

const partSchema = z.object({
  id: z.union([z.string().min(1), z.number().transform(String)]),
  method: z.string(),
  url: z.string().min(1),
  headers: z.record(z.string(), z.string()).optional(),
  body: z.unknown().optional(),
  dependsOn: z.array(z.string()).optional(),
});
const batchSchema = z.object({ requests: z.array(partSchema).min(1) });
type Part = z.infer<typeof partSchema>;

const invalid = (message: string) => new GraphError(400, "BadRequest", message);

/**
 * JSON batching: at most 20 parts, unique ids (whatever their case), `dependsOn` with 424 for what depends on a failure.
 * The answer is 200 even when every part failed; a throttled part carries its own `Retry-After`.
 * @throws 400 when the batch itself is malformed
 */
export async function runBatch(
  body: unknown,
  outer: Omit<PartRequest, "method" | "url" | "body">,
  dispatch: (part: PartRequest) => Promise<GraphReply>,
): Promise<GraphReply> {
  const parts = partsOf(body);
  const running = new Map<string, Promise<Answer>>();
  for (const part of parts) {
    running.set(part.id.toLowerCase(), answer(part, running, outer, dispatch));
  }
  return { status: 200, body: { responses: await Promise.all(running.values()) } };
}

interface Answer {
  readonly id: string;
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: object;
}

function partsOf(body: unknown): Part[] {
  const parsed = batchSchema.safeParse(body);
  if (!parsed.success) throw invalid("Invalid batch payload format.");
  const { requests } = parsed.data;
  if (requests.length > MAX_PARTS) {
    throw invalid(`Number of batch request steps exceeds the maximum value of ${MAX_PARTS}.`);
  }
  const seen = new Set<string>();
  for (const part of requests) {
    const id = part.id.toLowerCase();
    if (seen.has(id)) throw invalid("Request Id has to be unique in a batch.");
    for (const parent of part.dependsOn ?? []) {
      if (!seen.has(parent.toLowerCase())) throw invalid("Invalid DependsOn value.");
    }
    seen.add(id);
    const headers = Object.keys(part.headers ?? {}).map((name) => name.toLowerCase());
    const isWhole = part.body !== undefined && headers.includes("content-type");
    const mayBeBare = part.body === undefined && ["GET", "DELETE"].includes(part.method);
    if (!isWhole && !mayBeBare) {
      throw invalid(`Write request id : ${part.id} does not contain Content-Type header or body.`);
    }
  }
  return requests;
}

async function answer(
  part: Part,
  running: ReadonlyMap<string, Promise<Answer>>,
  outer: Omit<PartRequest, "method" | "url" | "body">,
  dispatch: (part: PartRequest) => Promise<GraphReply>,
): Promise<Answer> {
  const parents = await Promise.all(
    (part.dependsOn ?? []).map((id) => running.get(id.toLowerCase())),
  );
  const headers = new Map(
    Object.entries(part.headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]),
  );
  let reply: GraphReply;
  if (parents.some((parent) => parent !== undefined && parent.status >= 400)) {
    reply = failed(
      new GraphError(424, "FailedDependency", "The dependency of this request failed."),
    );
  } else {
    const url = part.url.startsWith("/") ? part.url : `/${part.url}`;
    reply = await dispatch({
      ...outer,
      method: part.method.toUpperCase(),
      url,
      headers,
      body: part.body,
    });
  }
  return {
    id: part.id,
    status: reply.status,
    headers: {
      ...(reply.body ? { "Content-Type": "application/json" } : {}),
      ...reply.headers,
    },
    ...(reply.body ? { body: reply.body } : {}),
  };
}

const failed = (error: GraphError): GraphReply => ({ status: error.status, body: envelope(error) });
