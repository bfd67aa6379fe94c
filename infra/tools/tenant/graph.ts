import * as z from "zod";
import { retryAfterMs } from "../../../shared/adapters/directory/retry-after.ts";
import { reach } from "../reach.ts";

/** Microsoft Graph for the set-up commands: few calls, by a person, with patience for a directory that is late. */

export class GraphFailure extends Error {
  readonly status: number;
  readonly code: string;

  constructor(call: string, status: number, code: string, message: string) {
    super(`${call} was answered ${status} ${code}: ${message}`);
    this.name = "GraphFailure";
    this.status = status;
    this.code = code;
  }
}

export interface GraphOptions {
  /** `https://graph.microsoft.com`, without the version. */
  readonly baseUrl: string;
  readonly token: () => Promise<string>;
  /** Told every call that is made. */
  readonly onCall?: (call: string, body?: unknown) => void;
  /** Given writes instead of Graph: nothing is changed then. */
  readonly dryRun?: boolean;
  readonly pause?: (milliseconds: number) => Promise<void>;
}

export interface Graph {
  get(path: string): Promise<unknown>;
  /** Nothing when Graph answers 404. */
  find(path: string): Promise<unknown>;
  /** All pages. */
  list(path: string): Promise<unknown[]>;
  /** In a dry run the answer is the body itself. `fresh`: what it names was made a moment ago, so "not there" is asked again. */
  write(method: "POST" | "PATCH", path: string, body: object, fresh?: boolean): Promise<unknown>;
  /** How many writes were made, or would have been. */
  readonly writes: () => number;
}

const Envelope = z.object({ error: z.object({ code: z.string(), message: z.string() }) });
const Page = z.object({ value: z.array(z.unknown()), "@odata.nextLink": z.string().optional() });

/** A new object may be unknown for a while; no SLA exists, half a minute covers nearly all of it. */
const LATE_PAUSES_MS = [1_000, 2_000, 4_000, 8_000, 15_000];
const CALL_TIMEOUT_MS = 60_000;

/** @throws when a token would travel in the clear to another machine. */
export function openGraph(options: GraphOptions): Graph {
  const { protocol, hostname } = new URL(options.baseUrl);
  if (protocol !== "https:" && !["127.0.0.1", "localhost"].includes(hostname)) {
    throw new Error(`${options.baseUrl} is not https: no token is sent there.`);
  }
  const pause = options.pause ?? ((ms) => new Promise((done) => setTimeout(done, ms)));
  let writes = 0;

  const send = async (method: string, path: string, body?: object, fresh = false) => {
    const below = path.startsWith("/beta/") ? options.baseUrl : `${options.baseUrl}/v1.0`;
    const url = path.startsWith("http") ? path : `${below}${path}`;
    if (!url.startsWith(options.baseUrl)) throw new Error(`Graph linked to another host: ${url}`);
    options.onCall?.(`${method} ${path}`, body);
    for (let attempt = 0; ; attempt += 1) {
      const response = await reach(url, CALL_TIMEOUT_MS, {
        method,
        headers: {
          authorization: `Bearer ${await options.token()}`,
          ...(body && { "content-type": "application/json" }),
        },
        ...(body && { body: JSON.stringify(body) }),
      });
      const text = await response.text();
      if (response.ok) return text === "" ? {} : (JSON.parse(text) as unknown);
      const wait = waitFor(response, { fresh, reads: method === "GET" }, attempt);
      if (wait === undefined) throw failure(`${method} ${path}`, response.status, text);
      await pause(wait);
    }
  };

  return {
    get: (path) => send("GET", path),
    find: async (path) => {
      try {
        return await send("GET", path);
      } catch (error) {
        if (error instanceof GraphFailure && error.status === 404) return undefined;
        throw error;
      }
    },
    list: async (path) => {
      const found: unknown[] = [];
      for (let next: string | undefined = path; next !== undefined; ) {
        const page: z.infer<typeof Page> = Page.parse(await send("GET", next));
        found.push(...page.value);
        next = page["@odata.nextLink"];
      }
      return found;
    },
    write: (method, path, body, fresh) => {
      writes += 1;
      if (!options.dryRun) return send(method, path, body, fresh);
      options.onCall?.(`would ${method} ${path}`, body);
      return Promise.resolve(body);
    },
    writes: () => writes,
  };
}

/** Of a large tenant's thousands of pages one or another is answered so; a write may have been done all the same. */
const PASSING = [502, 503, 504];

function waitFor(
  response: Response,
  { fresh, reads }: { readonly fresh: boolean; readonly reads: boolean },
  attempt: number,
): number | undefined {
  const next = LATE_PAUSES_MS[attempt];
  if (next === undefined) return undefined;
  if (response.status === 429 || (reads && PASSING.includes(response.status)))
    return retryAfterMs(response.headers.get("retry-after"), new Date()) ?? next;
  // "Not there" and "no valid application object" (400) are what a late directory says of a new object.
  return fresh && (response.status === 404 || response.status === 400) ? next : undefined;
}

function failure(call: string, status: number, text: string): GraphFailure {
  try {
    const { error } = Envelope.parse(JSON.parse(text));
    return new GraphFailure(call, status, error.code, error.message);
  } catch {
    return new GraphFailure(call, status, "", text.slice(0, 200));
  }
}
