import { readdirSync, readFileSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, matchesGlob } from "node:path";
import { runInNewContext } from "node:vm";
import { expect, test } from "vitest";
import { build } from "../../../infra/build.ts";
import { OLDEST_NODE, REFUSE_OLDER_NODE } from "../../../infra/build-node.ts";

const ROOT = join(import.meta.dirname, "../../..");

const patterns = readFileSync(join(ROOT, ".funcignore"), "utf8")
  .split("\n")
  .filter((line) => line !== "" && !line.startsWith("#"))
  .map((line) => ({ keeps: line.startsWith("!"), glob: line.replace(/^!?\//, "") }));

/** Core Tools: a pattern is held against the beginning of the path, and a `!` wins wherever it stands. */
const begins = (glob: string): RegExp =>
  new RegExp(
    `^${glob
      .split(/(\*{1,2})/)
      .map((part) => ({ "*": "[^/]+", "**": ".+" })[part] ?? part.replaceAll(".", "\\."))
      .join("")}`,
  );
const published = (path: string): boolean => {
  const fits = patterns.filter(({ glob }) => begins(glob).test(path));
  return fits.length === 0 || fits.some(({ keeps }) => keeps);
};

test("func publishes dist without its maps, host.json and package.json, and nothing else that is here", () => {
  const here = readdirSync(ROOT, { withFileTypes: true })
    // Core Tools never takes these four.
    .filter(({ name }) => ![".git", ".vscode", ".funcignore", "local.settings.json"].includes(name))
    .map((entry) => (entry.name === "dist" || entry.isFile() ? entry.name : `${entry.name}/file`));
  expect(
    here
      .filter(published)
      .filter((path) => path !== "dist")
      .sort(),
  ).toEqual(["host.json", "package.json"]);
  for (const path of [
    "dist/main.js",
    "dist/chunks/a-1.js",
    "dist/portal/0a.html.br",
    "dist/host.json",
  ])
    expect([path, published(path)]).toEqual([path, true]);
});

test.each([
  ".local/cloud.json",
  ".local/directory/authority.key",
  ".azure/production/.env",
  "tenant.env",
  "coverage/index.html",
  "node_modules/@azure/functions/package.json",
  "package-lock.json",
  "dist/main.js.map",
  "dist/chunks/a-1.js.map",
])("func does not publish %s", (path) => {
  expect(published(path)).toBe(false);
});

test("azd finds no pattern that leaves node_modules out, which it refuses together with remoteBuild: false", () => {
  const named = patterns.filter(({ glob }) => matchesGlob("node_modules", glob.replace(/\/$/, "")));
  expect(named).toEqual([]);
  expect(readFileSync(join(ROOT, "azure.yaml"), "utf8")).toMatch(
    /dist: dist\n\s+remoteBuild: false/,
  );
});

test("what azd packs says which Node it needs and leaves the maps out", async () => {
  const folder = await mkdtemp(join(tmpdir(), "latchkey-package-"));
  const entry = join(ROOT, "test/local/host/fixtures/empty.ts");
  await build({ entry, outputFolder: folder });
  const read = (name: string) => readFile(join(folder, name), "utf8");

  expect(JSON.parse(await read("package.json"))).toMatchObject({ engines: { node: ">=22" } });
  expect((await read(".funcignore")).trim()).toBe("*.map");
  expect((await read("main.js")).startsWith(REFUSE_OLDER_NODE)).toBe(true);
  await rm(folder, { recursive: true });
});

test("the bundle refuses an older Node than Azure offers, and no other", () => {
  const on = (node: string) => () =>
    runInNewContext(REFUSE_OLDER_NODE, { process: { versions: { node } } });
  expect(on("20.20.2")).toThrow("Latchkey runs on Node 22 or later, not on 20.20.2.");
  for (const node of [`${OLDEST_NODE}.0.0`, "24.21.0", process.versions.node])
    expect(on(node)).not.toThrow();
});

test("Azure is told a version of Node that the bundle runs on", () => {
  const bicep = readFileSync(join(ROOT, "infra/app/function-app.bicep"), "utf8");
  const [, version] = /runtime: \{ name: 'node', version: '(\d+)' \}/.exec(bicep) ?? [];
  expect(Number(version)).toBeGreaterThanOrEqual(OLDEST_NODE);
});
