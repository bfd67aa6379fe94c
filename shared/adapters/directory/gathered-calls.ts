import type { Context, Middleware } from "@microsoft/microsoft-graph-client";
import * as z from "zod";
import { type Came, gather } from "../../base/gather.ts";
import { count, note } from "../../base/observation.ts";

/** Most parts a `$batch` may have. */
const MOST = 20;
const VERSION = "/v1.0";
const BATCH = `${VERSION}/$batch`;

const Answers = z.object({
  responses: z.array(
    z.object({
      id: z.string(),
      status: z.int().min(200).max(599),
      headers: z.record(z.string(), z.string()).nullish(),
      body: z.unknown().optional(),
    }),
  ),
});
type Part = z.infer<typeof Answers>["responses"][number];

/**
 * A transport for who catches up on much at once: calls that are begun in one turn of the event loop go as one `$batch`, and each
 * is answered as if it had been asked for alone.
 *
 * Nobody's failure is another's: where the directory refuses the batch, or a part's token, nothing was done, and each is asked for
 * again alone. Only what leaves the outcome of all of them open (no answer, a fault) or asks all to wait is everybody's.
 */
export function gatheredCalls({ execute }: Middleware): Middleware {
  const answered = async (context: Context): Promise<Response> => {
    await execute(context);
    if (!context.response) throw new Error("The transport left no answer");
    return context.response;
  };
  const ask = gather<Context, Response>({
    most: MOST,
    alone: answered,
    together: async (contexts) => {
      const response = await answered(batchOf(contexts));
      const { status } = response;
      if (status === 200) {
        const { responses } = Answers.parse(await response.json());
        const byId = new Map(responses.map((part) => [part.id, part]));
        return contexts.map((_, at) => cameOf(byId.get(String(at))));
      }
      const text = await response.text();
      const isEverybodys = status === 408 || status === 429 || status >= 500;
      return contexts.map(() => (isEverybodys ? { value: new Response(text, response) } : "alone"));
    },
  });
  return {
    execute: async (context) => {
      // No batch is a part of another.
      if (urlOf(context).pathname === BATCH) await execute(context);
      else context.response = await ask(context);
    },
  };
}

const urlOf = ({ request }: Context): URL =>
  new URL(typeof request === "string" ? request : request.url);

function batchOf(contexts: readonly Context[]): Context {
  const requests = contexts.map((context, at) => {
    const { pathname, search } = urlOf(context);
    const { method = "GET", headers, body } = context.options ?? {};
    return {
      id: String(at),
      method,
      url: `${pathname.slice(VERSION.length)}${search}`,
      headers: Object.fromEntries(new Headers(headers)),
      ...(typeof body === "string" && { body: JSON.parse(body) }),
    };
  });
  const [first] = contexts;
  return {
    request: new URL(BATCH, first && urlOf(first)).href,
    options: {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ requests }),
    },
  };
}

function cameOf(part: Part | undefined): Came<Response> {
  if (!part) {
    note("directory-answer-not-understood");
    return { error: new Error("The directory left a part of a batch out") };
  }
  // A token may be refused by what is behind a part while the batch itself is answered: alone, the call gets a new one.
  if (part.status === 401) return "alone";
  if (part.status === 429) count("directoryThrottled");
  const { status, headers, body } = part;
  // The platform refuses a body where there is to be none; Graph writes `null`.
  const text = status === 204 ? null : JSON.stringify(body);
  return { value: new Response(text, { status, headers: headers ?? {} }) };
}
