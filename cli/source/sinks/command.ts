import { spawn } from "node:child_process";
import { EXIT, Fault } from "../fault.ts";
import type { Sink } from "./sink.ts";

/** As every sink's: a secret is written within a minute of being made, or not at all. */
const TIMEOUT_MS = 30_000;
/** A secret is shorter; whoever prints more prints something else. */
const MAX_OUTPUT = 4_096;

/**
 * A command that takes the value on its standard input, and another that prints it: `command:<command>` with `--read-back`. Both
 * are run by the shell. What the first prints goes to standard error.
 */
export function commandSink(write: string, readBack: string, say: (line: string) => void): Sink {
  return {
    address: `command:${write}`,
    look: async () => {
      const { code, output } = await run(readBack, "", () => undefined);
      // A command that finds nothing may say so by its exit code, as most do; and that it was not let in.
      const value = code === 0 ? output.trim() : "";
      return value === "" ? { kind: "nothing", isUnsure: code !== 0 } : { kind: "value", value };
    },
    write: async (value) => {
      const { code, output } = await run(write, value, say);
      for (const line of output.split("\n").filter((one) => one !== ""))
        say(line.replaceAll(value, "…"));
      if (code !== 0)
        // It may have taken the value all the same.
        throw new Fault(EXIT.notNow, `The command ended with ${code ?? "a signal"}: ${write}`);
    },
  };
}

interface Ended {
  readonly code: number | null;
  readonly output: string;
}

/** In a process group of its own, so that what it has started ends with it. */
function run(command: string, input: string, say: (line: string) => void): Promise<Ended> {
  return new Promise((done, fail) => {
    const child = spawn("/bin/sh", ["-c", command], {
      detached: true,
      stdio: ["pipe", "pipe", "pipe"],
    });
    const late = setTimeout(() => {
      if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
      fail(
        new Fault(EXIT.notNow, `The command takes longer than ${TIMEOUT_MS / 1_000} s: ${command}`),
      );
    }, TIMEOUT_MS);
    let output = "";
    child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
      output = (output + chunk).slice(0, MAX_OUTPUT);
    });
    child.stderr.setEncoding("utf8").on("data", (chunk: string) => {
      const text = input === "" ? chunk : chunk.replaceAll(input, "…");
      say(text.replace(/\n$/, ""));
    });
    child.once("error", (cause) => {
      clearTimeout(late);
      fail(new Fault(EXIT.usage, `The command cannot be run: ${command}`, { cause }));
    });
    child.once("close", (code) => {
      clearTimeout(late);
      done({ code, output });
    });
    // A command that does not read has ended before all was written: its exit code tells.
    child.stdin.on("error", () => undefined);
    child.stdin.end(input);
  });
}
