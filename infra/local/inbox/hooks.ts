import type { IncomingMessage, ServerResponse } from "node:http";
import { text } from "node:stream/consumers";

/** A message to a customer's own webhook, as it came. */
export interface ReceivedHook {
  /** Behind `/hooks/`. */
  readonly name: string;
  readonly receivedAt: string;
  /** `webhook-id`, `webhook-timestamp`, `webhook-signature`, … */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly status: number;
}

interface Hooks {
  /** Whether the request was one of these. */
  answer(request: IncomingMessage, response: ServerResponse): Promise<boolean>;
  all(): readonly ReceivedHook[];
  clear(): void;
}

const MOST = 20_000;
const ENDPOINT = /^\/hooks\/([\w-]{1,50})$/;

/**
 * Endpoints that customers' webhooks may name in the local cloud: any name below `/hooks/`. Whoever adds `?status=500` is answered
 * that. `GET /hooks.json` lists what has come; signatures are the receiver's to check, who alone has the secret.
 */
export function createHooks(): Hooks {
  const received: ReceivedHook[] = [];
  const clear = () => {
    received.length = 0;
  };
  return {
    all: () => [...received],
    clear,
    answer: async (request, response) => {
      const url = new URL(request.url ?? "/", "http://localhost");
      if (url.pathname === "/hooks.json") {
        if (request.method === "DELETE") clear();
        response
          .writeHead(200, { "content-type": "application/json" })
          .end(JSON.stringify(received));
        return true;
      }
      const name = request.method === "POST" ? ENDPOINT.exec(url.pathname)?.[1] : undefined;
      if (name === undefined) return false;
      const status = statusOf(url.searchParams.get("status"));
      const headers = Object.entries(request.headers).map(([key, value]) => [key, String(value)]);
      received.push({
        name,
        receivedAt: new Date().toISOString(),
        headers: Object.fromEntries(headers),
        body: await text(request),
        status,
      });
      if (received.length > MOST) received.shift();
      response.writeHead(status).end();
      return true;
    },
  };
}

function statusOf(asked: string | null): number {
  const status = Number(asked ?? 204);
  return Number.isInteger(status) && status >= 200 && status <= 599 ? status : 204;
}
