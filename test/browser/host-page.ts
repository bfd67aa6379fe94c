import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import { afterAll } from "vitest";
import { buildElements } from "../../infra/build-elements.ts";

const EXAMPLES = join(import.meta.dirname, "../../docs/portal");
/** What the examples call the service. */
const SERVICE = "https://keys.example.com";

export type Example = "plain.html" | "react.jsx" | "package.jsx" | "vue.js" | "angular.ts";

export interface HostPages {
  readonly origin: string;
  /** Sets what the examples are served with; the API is of another origin than the pages. */
  serve(service: string, token: string): void;
}

/** Somebody else's web server: each example of docs/portal, built as its framework builds. */
export async function startHostPages(): Promise<HostPages> {
  let service = "";
  let token = "";
  const made = async (path: string): Promise<{ type: string; body: string }> => {
    if (path === "/token") return { type: "text/plain", body: token };
    const html = (body: string) => ({ type: "text/html", body: body.replaceAll(SERVICE, service) });
    if (path === "/plain.html") return html(await readFile(join(EXAMPLES, "plain.html"), "utf8"));
    if (path === "/token.js") {
      return { type: "text/javascript", body: await readFile(join(EXAMPLES, "token.js"), "utf8") };
    }
    const name = path.slice(1);
    if (name.endsWith(".bundle")) {
      const code = await bundleExample(name.slice(0, -".bundle".length));
      return { type: "text/javascript", body: code.replaceAll(SERVICE, service) };
    }
    return html(`<!doctype html><html lang="en"><title>Host</title><div id="app"></div><app-root></app-root>
${name === "package.jsx" ? "" : `<script type="module" src="${SERVICE}/latchkey-clients.js"></script>`}<script type="module" src="/${name}.bundle"></script>`);
  };
  const server = createServer((request, response) => {
    made(request.url ?? "/").then(
      ({ type, body }) =>
        response.writeHead(200, { "content-type": `${type}; charset=utf-8` }).end(body),
      (error: unknown) => response.writeHead(500).end(String(error)),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    serve: (nextService, nextToken) => {
      service = nextService;
      token = nextToken;
    },
  };
}

async function bundleExample(name: string): Promise<string> {
  const elements =
    name === "package.jsx"
      ? await buildElements(await mkdtemp(join(tmpdir(), "latchkey-elements-")))
      : undefined;
  const { outputFiles } = await build({
    entryPoints: [join(EXAMPLES, name)],
    // As if it were installed: the package, and what it depends on from here.
    ...(elements && {
      alias: { "@latchkey/elements": elements },
      nodePaths: [join(import.meta.dirname, "../../node_modules")],
    }),
    bundle: true,
    format: "esm",
    target: "es2022",
    jsx: "automatic",
    define: {
      "process.env.NODE_ENV": '"production"',
      __VUE_OPTIONS_API__: "true",
      __VUE_PROD_DEVTOOLS__: "false",
      __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: "false",
    },
    tsconfigRaw: { compilerOptions: { experimentalDecorators: true } },
    write: false,
    logLevel: "warning",
  });
  if (elements) await rm(elements, { recursive: true, force: true });
  return outputFiles[0]?.text ?? "";
}
