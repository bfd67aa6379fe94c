import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { freshHostBundle } from "../../host-bundle.ts";
import { COMPILE_CACHE } from "../compile-cache.ts";
import type { Invocation } from "./invoke.ts";
import { HostMessage, type HostRequest } from "./protocol.ts";

/** Another entry puts something else behind the same front: Microsoft's worker (docs/local-host.md). */
const OTHER_ENTRY = process.env["LOCAL_HOST_ENTRY"];
const ENTRY = join(import.meta.dirname, "start.ts");

export interface SpawnOptions {
  /** The whole environment of the process: nothing is inherited. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The app's folder; its host.json and package.json are read. */
  readonly folder: string;
  /** 0 takes any free one. */
  readonly port: number;
  readonly onLine?: (line: string) => void;
}

/** One Functions host in a process of its own. It ends with this process, however this one ends. */
export interface HostHandle {
  readonly origin: string;
  readonly port: number;
  readonly pid: number;
  readonly functions: readonly string[];
  /** `SIGKILL`, the default, is a crash: nothing is drained and nothing is said. */
  kill(signal?: NodeJS.Signals): void;
  /** Lets what is at work finish. */
  stop(): Promise<void>;
  /** The exit code, or null after a signal that the process did not handle. */
  readonly exited: Promise<number | null>;
  /** Every line it has written, to stdout or stderr, oldest first. */
  logs(): string[];
  /** Resident set size in bytes, read now. */
  rss(): Promise<number>;
  /** The next run of a timer or message function that ends from now on. */
  nextInvocation(functionName: string): Promise<Invocation>;
  /** Runs a timer function now, through the admin endpoint, and waits for its end. */
  runNow(functionName: string): Promise<Invocation>;
}

/** The next message that fits; rejects when the process ends first. */
function nextMessage<K extends HostMessage["kind"]>(
  child: ChildProcess,
  kind: K,
  fits: (message: Extract<HostMessage, { kind: K }>) => boolean,
): Promise<Extract<HostMessage, { kind: K }>> {
  return new Promise((resolve, reject) => {
    const done = () => {
      child.off("message", hear);
      child.off("exit", ended);
    };
    const hear = (raw: unknown) => {
      const message = HostMessage.safeParse(raw);
      if (!message.success || message.data.kind !== kind) return;
      const wanted = message.data as Extract<HostMessage, { kind: K }>;
      if (!fits(wanted)) return;
      done();
      resolve(wanted);
    };
    const ended = () => {
      done();
      reject(new Error(`The host ended before it said '${kind}'.`));
    };
    child.on("message", hear).on("exit", ended);
  });
}

/** @throws with what the host wrote when it ends before it is ready. */
export async function spawnHost(options: SpawnOptions): Promise<HostHandle> {
  const child = fork(OTHER_ENTRY ?? (await freshHostBundle()) ?? ENTRY, [], {
    cwd: options.folder,
    env: {
      ...COMPILE_CACHE,
      ...options.environment,
      FUNCTIONS_WORKER: process.env["FUNCTIONS_WORKER"],
      PORT_API: String(options.port),
      AzureWebJobsScriptRoot: options.folder,
    },
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  const lines: string[] = [];
  const complaints: string[] = [];
  const read = (stream: Readable | null) => {
    if (!stream) return;
    createInterface({ input: stream }).on("line", (line) => {
      lines.push(line);
      if (stream === child.stderr) complaints.push(line);
      options.onLine?.(line);
    });
  };
  read(child.stdout);
  read(child.stderr);
  // `close` rather than `exit`: what it wrote last has been read by then.
  const exited = once(child, "close").then(([code]) => code as number | null);

  const ready = await nextMessage(child, "ready", () => true).catch(async () => {
    const code = await exited;
    throw new Error(
      complaints.join("\n") || `The Functions host did not start (exit code ${code}).`,
    );
  });
  const origin = `http://127.0.0.1:${ready.port}`;
  const ask = (request: HostRequest) => {
    if (child.connected) child.send(request);
  };
  const nextInvocation = (functionName: string): Promise<Invocation> =>
    nextMessage(child, "invoked", (message) => message.functionName === functionName);

  return {
    origin,
    port: ready.port,
    pid: child.pid ?? 0,
    functions: ready.functions,
    exited,
    kill: (signal = "SIGKILL") => {
      child.kill(signal);
    },
    stop: async () => {
      ask({ kind: "stop" });
      await exited;
    },
    logs: () => [...lines],
    rss: async () => {
      const answer = nextMessage(child, "memory", () => true);
      ask({ kind: "memory" });
      return (await answer).rss;
    },
    nextInvocation,
    runNow: async (functionName) => {
      const ended = nextInvocation(functionName);
      // Listened to before it is asked for; when it is refused, nobody waits for the end.
      ended.catch(() => undefined);
      const response = await fetch(`${origin}/admin/functions/${functionName}`, {
        method: "POST",
        body: "{}",
      });
      if (response.status !== 202) throw new Error(`${functionName}: ${response.status}`);
      return ended;
    },
  };
}
