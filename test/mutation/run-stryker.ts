import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Report } from "./report.ts";
import { type Mutation, progressIn, ROOT, reportIn, strykerSettings } from "./settings.ts";

/** As a process ends that was told to by Ctrl-C. */
export const INTERRUPTED = 130;

/**
 * One mutation test, in a process of its own that ends with this one's terminal. What it found is kept only until a run has come
 * to its end: later changes of what tests import would go unnoticed by Stryker.
 *
 * @returns nothing when it was interrupted: the next run goes on from there
 * @throws Error when it could not be run
 */
export async function runStryker(
  mutation: Mutation,
  output: "inherit" | "ignore" = "inherit",
): Promise<Report | undefined> {
  const { folder } = mutation;
  await mkdir(folder, { recursive: true });
  const settings = join(folder, "settings.json");
  await writeFile(settings, JSON.stringify(strykerSettings(mutation), undefined, 2));
  const stryker = fileURLToPath(
    new URL("bin/stryker.js", import.meta.resolve("@stryker-mutator/core/package.json")),
  );
  const child = spawn(process.execPath, [stryker, "run", settings], {
    cwd: ROOT,
    stdio: ["ignore", output, output],
  });
  const stop = () => child.kill();
  process.once("exit", stop);
  const [code] = await once(child, "exit");
  process.off("exit", stop);
  await rm(join(folder, "sandbox"), { recursive: true, force: true });
  if (code === INTERRUPTED) return undefined;
  if (code !== 0) throw new Error(`The mutation test did not come to its end (${code})`);
  await rm(progressIn(folder), { force: true });
  return Report.parse(JSON.parse(await readFile(reportIn(folder), "utf8")));
}
