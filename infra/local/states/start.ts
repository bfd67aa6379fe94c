import { readFile } from "node:fs/promises";
import { createServer, type ServerResponse } from "node:http";
import { join } from "node:path";
import * as z from "zod";
import { close, listen } from "../listen.ts";
import { LANGUAGES, type Look, renderState, renderStates, THEMES } from "./page.ts";
import { STATES, type State } from "./states.ts";

const Files = z.record(z.string(), z.looseObject({ file: z.string(), type: z.string() }));

export interface StatesPage {
  readonly origin: string;
  stop(): Promise<void>;
}

/**
 * The page that shows integrators every state of each element, with an API of its own for each: no service behind it.
 *
 * @param built where the build put the portal
 */
export async function startStates(options: {
  /** 0 takes any free one. */
  readonly port: number;
  readonly built: string;
}): Promise<StatesPage> {
  const script = async (name: string): Promise<string | undefined> => {
    const files = Files.parse(
      JSON.parse(await readFile(join(options.built, "files.json"), "utf8")),
    );
    const file = files[name]?.file;
    return file && readFile(join(options.built, file), "utf8");
  };
  const respond = async (method: string, url: URL, response: ServerResponse): Promise<void> => {
    const look: Look = {
      lang: LANGUAGES.find((lang) => lang === url.searchParams.get("lang")) ?? "en",
      theme: THEMES.find((theme) => theme === url.searchParams.get("theme")) ?? "light",
    };
    const [, element = "", name = "", api, ...rest] = url.pathname.split("/");
    const state = STATES.find((one) => one.element === element && one.name === name);
    if (url.pathname === "/") return send(response, "text/html", renderStates(look));
    if (state && api === "api") return answerAs(state, method, `/${rest.join("/")}`, response);
    if (state) return send(response, "text/html", renderState(state, look));
    const found = /^\/latchkey-[\w-]+\.js$/.test(url.pathname) && (await script(element));
    if (found) return send(response, "text/javascript", found);
    response.writeHead(404).end();
  };
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? "/", "http://127.0.0.1");
    respond(request.method ?? "GET", url, response).catch((error: unknown) => {
      response.writeHead(500).end(String(error));
    });
  });
  const port = await listen(server, options.port);
  return { origin: `http://127.0.0.1:${port}`, stop: () => close(server) };
}

const send = (response: ServerResponse, type: string, body: string): void => {
  response.writeHead(200, { "content-type": `${type}; charset=utf-8` }).end(body);
};

function answerAs(state: State, method: string, path: string, response: ServerResponse): void {
  const answer = state.answer(method, path, Date.now());
  // Until the page goes, or the cloud.
  if (answer === "never") return;
  if (answer === "cut") {
    response.destroy();
    return;
  }
  response.writeHead(answer.status, {
    "content-type": "application/json",
    ...(answer.retryAfter !== undefined && { "retry-after": String(answer.retryAfter) }),
  });
  response.end(JSON.stringify(answer.body));
}
