import { execFile } from "node:child_process";
import { join } from "node:path";
import { COMPILE_CACHE } from "../../infra/local/compile-cache.ts";

const ROOT = join(import.meta.dirname, "../..");

export interface Finished {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs one of this repository's commands in a process of its own, with these settings and no others of the service. */
export function runNode(
  script: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
  stdin = "",
  folder = ROOT,
): Promise<Finished> {
  return new Promise((done) => {
    const { PATH = "", HOME = "" } = process.env;
    const child = execFile(
      process.execPath,
      [join(ROOT, script), ...args],
      { cwd: folder, env: { ...COMPILE_CACHE, PATH, HOME, ...environment } },
      (error, stdout, stderr) => {
        const code = typeof error?.code === "number" ? error.code : error ? -1 : 0;
        done({ code, stdout, stderr });
      },
    );
    child.stdin?.end(stdin);
  });
}
