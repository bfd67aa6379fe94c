import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { buildCommand } from "../../cli/build.ts";
import { type DocsBench, fences, openDocsBench } from "../docs/bench.ts";
import { startTestCloud } from "../support/cloud.ts";

/** The command as customers have it: what its README tells them to type, and the package. */

const run = promisify(execFile);
/** From a warm cache to the end of `--help`; the machine may be busy, and this is no measurement. */
const HELP_MS = 3_000;

let bench: DocsBench;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "latchkey-package-"));
  bench = await openDocsBench();
  const cloud = await startTestCloud();
  await mkdir(join(bench.folder, ".local"));
  await writeFile(join(bench.folder, ".local/cloud.json"), JSON.stringify(cloud.addresses));
});
afterAll(async () => {
  await bench?.remove();
  await rm(folder, { recursive: true, force: true });
});

test("what the README tells to type does what it says", async () => {
  const { code, output } = await bench.type(await fences("cli/README.md", "sh"));
  expect([code, output]).toEqual([0, expect.stringContaining("Usage: latchkey")]);
  expect(output).toMatch(/^name +Nightly export$/m);
  expect(output).toMatch(/^[0-9a-f-]{36} +Nightly export +deleted/m);
  expect(output).toContain("valid until");
  expect(output).toMatch(/"token_type":"Bearer"/);
});

test("the package is one file that runs on its own, under 3 s by npx", async () => {
  const built = await buildCommand(join(folder, "dist"));
  expect((await stat(built)).mode & 0o111).toBe(0o111);
  const { stdout } = await run("npm", ["pack", "--json", join(folder, "dist")], { cwd: folder });
  const [{ filename, files }] = JSON.parse(stdout);
  expect(files.map(({ path }: { path: string }) => path).sort()).toEqual([
    "README.md",
    "latchkey.js",
    "package.json",
  ]);
  const npx = () =>
    run(
      "npx",
      ["--yes", "--offline", `--package=${join(folder, filename)}`, "latchkey", "--help"],
      {
        cwd: folder,
        env: { ...process.env, npm_config_cache: join(folder, "cache") },
      },
    );
  await npx();
  const began = performance.now();
  expect((await npx()).stdout).toContain("Usage: latchkey");
  expect(performance.now() - began).toBeLessThan(HELP_MS);
});
