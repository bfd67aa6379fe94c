import { fork } from "node:child_process";
import { flushCompileCache } from "node:module";
import { createServer } from "node:net";
import { resolve } from "node:path";
import { readLocalSettings } from "./app-settings.ts";
import type { StartEngine } from "./engine.ts";
import { startHost } from "./host.ts";
import { type HostMessage, HostRequest } from "./protocol.ts";

const FIRST_PORT = 7071;
const LAST_PORT = 7170;

/**
 * Node reads it once, when the process starts; a later assignment does nothing. Here the file wins over the environment, where
 * a company's own authority may stand: without the cloud's, the directory cannot be spoken to.
 */
const READ_AT_START = "NODE_EXTRA_CA_CERTS";

function isFree(port: number): Promise<boolean> {
  return new Promise((answer) => {
    const probe = createServer();
    probe.once("error", () => answer(false));
    probe.listen(port, "127.0.0.1", () => probe.close(() => answer(true)));
  });
}

async function choosePort(): Promise<number> {
  const wanted = process.env["PORT_API"];
  if (wanted !== undefined) return Number(wanted);
  for (let port = FIRST_PORT; port <= LAST_PORT; port += 1) if (await isFree(port)) return port;
  throw new Error(`No free port between ${FIRST_PORT} and ${LAST_PORT}; name one with PORT_API.`);
}

/**
 * Runs this very command again with what Node wants to know at its start. The second process is in a group of its own and hears
 * of Ctrl-C only through this one, so that it is told once to stop; it ends when this one does, however that ends.
 */
function startAgain(environment: Record<string, string>): void {
  const child = fork(process.argv[1] ?? "", {
    env: { ...environment, ...process.env, [READ_AT_START]: environment[READ_AT_START] },
    detached: true,
  });
  const stop = () => {
    if (child.connected) child.disconnect();
    else child.kill("SIGKILL");
  };
  process.on("SIGINT", stop).on("SIGTERM", stop);
  child.on("exit", (code) => process.exit(code ?? 1));
}

function tell(message: HostMessage): void {
  if (process.connected) process.send?.(message);
}

function explain(error: unknown, port: number): string {
  if (error instanceof Error && "code" in error && error.code === "EADDRINUSE") {
    return `Port ${port} is in use, and the Functions host wants it; choose another with PORT_API.`;
  }
  return error instanceof Error ? error.message : String(error);
}

async function run(folder: string, startEngine: StartEngine): Promise<void> {
  const port = await choosePort();
  const host = await startHost({
    folder,
    port,
    startEngine,
    write: (line) => process.stdout.write(line),
    report: (invocation) => tell({ kind: "invoked", ...invocation }),
    // Azure starts another worker; here one process is host and worker, and whoever started it does.
    timedOut: () => process.exit(1),
  }).catch((error: unknown) => {
    console.error(explain(error, port));
    process.exit(1);
  });

  let stopping = false;
  const stop = () => {
    // Whoever asks twice does not want to wait.
    if (stopping) process.exit(1);
    stopping = true;
    host.stop().then(
      () => process.exit(0),
      (error: unknown) => {
        console.error(error);
        process.exit(1);
      },
    );
  };
  process.on("SIGINT", stop).on("SIGTERM", stop);
  // The cloud that started this host is gone: so are its settings.
  process.on("disconnect", stop);
  process.on("message", (message) => {
    const request = HostRequest.safeParse(message);
    if (!request.success) return;
    if (request.data.kind === "stop") stop();
    else tell({ kind: "memory", rss: process.memoryUsage.rss() });
  });

  console.log(
    `Functions host: http://127.0.0.1:${host.port} (${host.functionNames.length} functions)`,
  );
  tell({ kind: "ready", port: host.port, functions: [...host.functionNames] });
  // Node keeps what it compiled when a process ends by itself, and hosts are often killed.
  flushCompileCache();
}

/** One Functions host as a process, on whatever runs the application. `start.ts` says what it reads. */
export async function runHostProcess(startEngine: StartEngine): Promise<void> {
  const folder = resolve(process.env["AzureWebJobsScriptRoot"] ?? ".");
  // Whoever starts this process with a channel has given it everything: a file of another cloud must not interfere.
  const values = process.connected ? {} : await readLocalSettings(folder);
  if (values[READ_AT_START] && values[READ_AT_START] !== process.env[READ_AT_START]) {
    startAgain(values);
  } else {
    for (const [name, value] of Object.entries(values)) process.env[name] ??= value;
    await run(folder, startEngine);
  }
}
