import { execFile } from "node:child_process";
import { promisify } from "node:util";

/** Runs what a person would paste, and gives what it prints. */

export const run = promisify(execFile);

export const runShell = async (code: string): Promise<string> =>
  (await run("sh", ["-c", code])).stdout;

export const runModule = async (code: string): Promise<string> =>
  (await run(process.execPath, ["--input-type=module", "-e", code])).stdout;
