import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import * as z from "zod";
import { build } from "../../../infra/build.ts";

/** What every start pays for, and what only whoever needs it does (docs/performance.md). */

const ROOT = join(import.meta.dirname, "../../..");
const SourceMap = z.object({ sources: z.array(z.string()) });
const STATIC_IMPORT = /(?:\bfrom|\bimport)\s*"(\.{1,2}\/[^"]+)"/g;

/** Sources of a file of the bundle, and of all that has to be there before it runs. */
async function sourcesOf(file: string, seen = new Set<string>()): Promise<readonly string[]> {
  if (seen.has(file)) return [];
  seen.add(file);
  const { sources } = SourceMap.parse(JSON.parse(await readFile(`${file}.map`, "utf8")));
  const code = await readFile(file, "utf8");
  expect(/from"node:https?"/.test(code), "an import of node:http loads all of undici").toBe(false);
  const named = [...code.matchAll(STATIC_IMPORT)];
  const others = await Promise.all(
    named.map(([, name = ""]) => sourcesOf(join(dirname(file), name), seen)),
  );
  return [...sources, ...others.flat()];
}

test("no start loads the SDKs, the documents or what writes calendars", async () => {
  const folder = await mkdtemp(join(tmpdir(), "latchkey-bundle-"));
  await build({ entry: join(ROOT, "functions/main.ts"), outputFolder: folder });
  const loaded = await sourcesOf(join(folder, "main.js"));
  await rm(folder, { recursive: true });
  const has = (part: string) => loaded.some((source) => source.includes(part));

  for (const part of ["functions/main.ts", "functions/http/shapes.ts", "node_modules/zod/"])
    expect([part, has(part)]).toEqual([part, true]);
  for (const part of [
    "node_modules/@azure/identity/",
    "node_modules/@azure/service-bus/",
    "node_modules/@azure/data-tables/",
    "node_modules/ical-generator/",
    "functions/openapi/",
    "functions/telemetry/azure-monitor.ts",
    "shared/events/event-data.ts",
  ])
    expect([part, has(part)]).toEqual([part, false]);
});
