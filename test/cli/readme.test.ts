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
const HELP = 'npx --yes --offline --package="$0" latchkey --help';
/** Of the processor, from a warm cache to the end of `--help`: others may be busy on this machine. */
const HELP_SECONDS = 3;

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
  expect(output).toContain("Usage: latchkey");
  expect(output).toMatch(/^name +Nightly export$/m);
  expect(output).toMatch(/^[0-9a-f-]{36} +Nightly export +deleted/m);
  expect(output).toMatch(/^env:.* has [0-9a-f-]{36}, which works until/m);
  expect(output).toMatch(/^command:.* has [0-9a-f-]{36}, which works until/m);
  expect(output).toContain("valid until");
  expect(output).toMatch(/"token_type":"Bearer"/);
  expect(code).toBe(0);
}, 300_000);

test("the package is one file that runs on its own, under 3 s by npx", async () => {
  const built = await buildCommand(join(folder, "dist"));
  expect((await stat(built)).mode & 0o111).toBe(0o111);
  const packed = await run("npm", ["pack", "--json", join(folder, "dist")], { cwd: folder });
  const [{ filename, files }] = JSON.parse(packed.stdout);
  expect(files.map(({ path }: { path: string }) => path).sort()).toEqual([
    "README.md",
    "latchkey.js",
    "package.json",
  ]);
  const npx = (): Promise<{ stdout: string; stderr: string }> =>
    run("bash", ["-c", `TIMEFORMAT="%U %S"; time ${HELP}`, join(folder, filename)], {
      cwd: folder,
      env: { ...process.env, npm_config_cache: join(folder, "cache") },
    });
  await npx();
  const { stdout, stderr } = await npx();
  expect(stdout).toContain("Usage: latchkey");
  const [times = ""] = /\S+ \S+\s*$/.exec(stderr) ?? [];
  const [user = Number.NaN, system = Number.NaN] = times.split(" ").map(Number);
  expect(user + system).toBeLessThan(HELP_SECONDS);
});
