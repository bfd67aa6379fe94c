import { execFileSync } from "node:child_process";

/** @returns why a command cannot be run on this machine; undefined when it can */
export function failure(command: string, args: readonly string[]): string | undefined {
  try {
    execFileSync(command, args, { stdio: ["ignore", "ignore", "pipe"] });
    return undefined;
  } catch (cause) {
    const lines = String(cause).trim().split("\n");
    return `${command}: ${lines.at(-1)}`;
  }
}
