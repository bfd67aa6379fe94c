import { mkdir, mkdtemp, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, expect, onTestFinished, test } from "vitest";
import { isStale, STAMP } from "../../../infra/stale.ts";

const EARLIER = new Date("2026-01-01T10:00:00Z");
const BEGAN = new Date("2026-01-01T11:00:00Z");
const LATER = new Date("2026-01-01T12:00:00Z");

let output: string;
let sources: string;
const stale = () => isStale(join(output, STAMP), [sources]);

beforeEach(async () => {
  const folder = await mkdtemp(join(tmpdir(), "latchkey-stale-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  [output, sources] = [join(folder, "dist"), join(folder, "sources")];
  await mkdir(join(sources, "deep"), { recursive: true });
  await mkdir(output);
  await writeFile(join(sources, "deep/one.ts"), "");
  await writeFile(join(sources, "deep/two.ts"), "");
  await writeFile(join(output, STAMP), "");
  for (const name of ["deep/one.ts", "deep/two.ts", "deep", "."])
    await utimes(join(sources, name), EARLIER, EARLIER);
  await utimes(join(output, STAMP), BEGAN, BEGAN);
});

test("what was built after the last change is as good as new", async () => {
  expect(await stale()).toBe(false);
});

test("what was never built, or not to its end, is stale", async () => {
  await rm(join(output, STAMP));
  expect(await stale()).toBe(true);
});

test("a file that was written since the build began makes it stale", async () => {
  await utimes(join(sources, "deep/one.ts"), LATER, LATER);
  expect(await stale()).toBe(true);
});

test("so does one written in the same moment: it may not have been read yet", async () => {
  await utimes(join(sources, "deep/one.ts"), BEGAN, BEGAN);
  expect(await stale()).toBe(true);
});

test("so does a file that is there no more", async () => {
  await rm(join(sources, "deep/two.ts"));
  expect(await stale()).toBe(true);
});
