import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import * as z from "zod";
import { close, listen } from "../listen.ts";
import { type WhoCallsOptions, whoCalls } from "./who-calls.ts";

export interface DemoApiOptions extends Omit<WhoCallsOptions, "events"> {
  /** 0 takes any free one. */
  readonly port: number;
  /** Opened with the first call: most of what runs beside a local cloud never makes one. */
  readonly openEvents: () => {
    readonly receiver: WhoCallsOptions["events"];
    close(): Promise<void>;
  };
}

export interface DemoApi {
  readonly origin: string;
  reset(): Promise<void>;
  stop(): Promise<void>;
}

const NewTask = z.strictObject({ title: z.string().trim().min(1).max(200) });
type Task = z.infer<typeof NewTask> & { readonly id: string; readonly createdAt: string };

const SCOPES: Readonly<Record<string, string>> = { GET: "api.read", POST: "api.write" };

function problem(
  response: ServerResponse,
  status: number,
  title: string,
  detail: string,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(status, { "content-type": "application/problem+json", ...headers });
  response.end(JSON.stringify({ type: "about:blank", title, status, detail }));
}

/** RFC 6750: what was wrong with the token is said in the header as well. */
function challenge(response: ServerResponse, status: 401 | 403, error: string, detail: string) {
  const parameters = [
    `realm="tasks"`,
    error && `error="${error}"`,
    error && `error_description="${detail.replaceAll('"', "'")}"`,
  ];
  const title = status === 401 ? "Unauthorized" : "Forbidden";
  problem(response, status, title, detail, {
    "www-authenticate": `Bearer ${parameters.filter(Boolean).join(", ")}`,
  });
}

function refuse(response: ServerResponse, status: 401 | 403 | 503, why: string): void {
  if (status === 401) challenge(response, 401, "invalid_token", why);
  else if (status === 403) problem(response, 403, "Forbidden", why);
  else problem(response, 503, "Service Unavailable", why, { "retry-after": "5" });
}

/** An API such as the company's own, to try a client's key on: each customer's list of tasks, forgotten when it stops. */
export async function startDemoApi(options: DemoApiOptions): Promise<DemoApi> {
  let opened: { caller: ReturnType<typeof whoCalls>; close(): Promise<void> } | undefined;
  const open = () => {
    const { receiver, close } = options.openEvents();
    return { caller: whoCalls({ ...options, events: receiver }), close };
  };
  /** By subscription: all of a customer's clients work on one list, and nobody else's. */
  const tasks = new Map<string, Task[]>();

  const create = async (request: IncomingMessage, response: ServerResponse, own: Task[]) => {
    const body = await text(request);
    let task: Task;
    try {
      const { title } = NewTask.parse(JSON.parse(body));
      task = { id: randomUUID(), title, createdAt: new Date().toISOString() };
    } catch {
      problem(response, 400, "Bad Request", 'Send {"title": "…"}, 1 to 200 characters.');
      return;
    }
    own.push(task);
    response.writeHead(201, { "content-type": "application/json", location: `/tasks/${task.id}` });
    response.end(JSON.stringify(task));
  };

  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const { pathname } = new URL(request.url ?? "/", "http://localhost");
    const scope = SCOPES[request.method ?? ""];
    if (pathname !== "/tasks") return problem(response, 404, "Not Found", "There is only /tasks.");
    if (!scope) {
      return problem(response, 405, "Method Not Allowed", "Use GET or POST.", {
        allow: "GET, POST",
      });
    }
    const token = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? "")?.[1];
    if (!token) return challenge(response, 401, "", "Send a bearer token.");
    opened ??= open();
    const caller = await opened.caller(token);
    if (!caller.ok) return refuse(response, caller.status, caller.why);
    if (!caller.roles.includes(scope)) {
      return challenge(response, 403, "insufficient_scope", `The token lacks ${scope}.`);
    }
    const own = tasks.get(caller.subscription) ?? [];
    tasks.set(caller.subscription, own);
    if (request.method === "POST") return create(request, response, own);
    response.writeHead(200, { "content-type": "application/json" });
    response.end(JSON.stringify({ items: own }));
  };

  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) =>
      problem(response, 500, "Internal Server Error", `${error}`),
    );
  });
  const port = await listen(server, options.port);
  return {
    origin: `http://127.0.0.1:${port}`,
    reset: async () => tasks.clear(),
    stop: async () => {
      await close(server);
      await opened?.close();
    },
  };
}
