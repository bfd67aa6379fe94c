import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { parseArgs } from "node:util";
import { INTERRUPTED, runStryker } from "./run-stryker.ts";
import { MUTATED, ROOT } from "./settings.ts";
import { summary } from "./summary.ts";

/**
 * `npm run mutate [-- [--only <file or folder>]… [--constants] [--workers <n>]]`: changes the rules one spot at a time and runs the unit tests that come past.
 * What none of them notices is listed in `.local/mutation/survivors.txt`. After Ctrl-C the next run goes on. docs/testing.md.
 */

const { values } = parseArgs({
  options: {
    only: { type: "string", multiple: true },
    constants: { type: "boolean", default: false },
    workers: { type: "string", default: "2" },
  },
});
const asked = values.only ?? MUTATED;
const workers = Number(values.workers);
if (!(workers >= 1)) throw new Error("--workers is a number of processors");
const missing = asked.filter((path) => !existsSync(join(ROOT, path)));
if (missing.length > 0) throw new Error(`There is no ${missing.join(", ")}`);

// Ctrl-C reaches Stryker as well, which saves what it has found; this process waits for it.
process.on("SIGINT", () => undefined);
process.on("SIGTERM", () => process.exit(143));
const folder = join(ROOT, ".local/mutation");
const report = await runStryker({
  paths: asked.map((path) => path.replace(/\/$/, "")),
  folder,
  constants: values.constants,
  workers,
});
if (report) {
  const found = summary(report);
  const list = join(folder, "survivors.txt");
  await writeFile(list, found.survivors);
  await writeFile(join(folder, "scores.md"), `${found.table}\n`);
  console.log(`${found.table}\n\nWhat survived: ${relative(process.cwd(), list)}`);
} else {
  console.log("Interrupted; the next run goes on from here.");
  process.exitCode = INTERRUPTED;
}
