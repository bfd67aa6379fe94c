import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import { close, listen } from "../listen.ts";
import { Faults } from "./faults.ts";

export interface FaultsEndpoint {
  readonly origin: string;
  stop(): Promise<void>;
}

export interface FaultsEndpointOptions {
  /** 0 takes any free one. */
  readonly port: number;
  current(): Faults;
  /** Settles once the faults are in force. */
  apply(faults: Faults): Promise<void>;
}

function send(response: ServerResponse, status: number, type: string, body: unknown): void {
  response.writeHead(status, { "content-type": type }).end(`${JSON.stringify(body, null, 2)}\n`);
}

const problem = (response: ServerResponse, status: number, title: string, extra: object = {}) =>
  send(response, status, "application/problem+json", {
    type: "about:blank",
    title,
    status,
    ...extra,
  });

/** @returns the faults, or the answer's `errors` */
function parse(body: string): Faults | { field: string; message: string }[] {
  let document: unknown;
  try {
    document = JSON.parse(body);
  } catch {
    return [{ field: "", message: "The body is not JSON." }];
  }
  const result = Faults.safeParse(document);
  if (result.success) return result.data;
  return result.error.issues.map((issue) => ({
    field: [...issue.path, ...("keys" in issue ? issue.keys : [])].join("."),
    message: issue.message,
  }));
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  { current, apply }: FaultsEndpointOptions,
): Promise<void> {
  if (new URL(request.url ?? "/", "http://localhost").pathname !== "/") {
    problem(response, 404, "There is one address here: /");
    return;
  }
  switch (request.method) {
    case "GET":
      break;
    case "PUT": {
      const faults = parse(await text(request));
      if (Array.isArray(faults)) {
        const detail = faults.map(({ field, message }) => `${field}: ${message}`).join("; ");
        problem(response, 400, "These faults are not understood.", { detail, errors: faults });
        return;
      }
      await apply(faults);
      break;
    }
    case "DELETE":
      await apply({});
      break;
    default:
      response.setHeader("allow", "GET, PUT, DELETE");
      problem(response, 405, "Use GET, PUT or DELETE.");
      return;
  }
  send(response, 200, "application/json", current());
}

/** `GET` shows the faults in force, `PUT` replaces all of them, `DELETE` clears them; each answers with what is in force then. */
export async function startFaultsEndpoint(options: FaultsEndpointOptions): Promise<FaultsEndpoint> {
  const server = createServer((request, response) => {
    answer(request, response, options).catch((error: unknown) =>
      problem(response, 500, String(error)),
    );
  });
  const port = await listen(server, options.port);
  return { origin: `http://127.0.0.1:${port}`, stop: () => close(server) };
}
