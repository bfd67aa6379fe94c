import { spawn } from "node:child_process";
import { once } from "node:events";
import type { KillGate } from "./kill-gate.ts";

export interface Run {
  /** The program's file. */
  readonly main: string;
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly gate: KillGate;
  /** With which request it dies, and whether that one is done by then. */
  readonly death?: readonly [at: number, done: boolean] | undefined;
}

/** A run in a process of its own. @returns the exit code; null of one that was killed */
export async function killedRun({ main, args, environment, gate, death }: Run) {
  const child = spawn(process.execPath, [main, ...args], {
    env: { ...process.env, ...environment },
    stdio: ["ignore", "ignore", "pipe"],
  });
  let said = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    said += text;
  });
  const ended = once(child, "close");
  const kill = () => {
    child.kill("SIGKILL");
    return ended;
  };
  gate.set(death && { at: death[0], done: death[1], kill });
  const [code] = await ended;
  return { code, said };
}
