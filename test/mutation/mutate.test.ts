import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { scores, survivors } from "./report.ts";
import { runStryker } from "./run-stryker.ts";
import { ROOT } from "./settings.ts";

const RULE = "test/mutation/fixture/rule.ts";

test("a mutation test finds the rule that no test proves, and no fault in the one that is proven", async () => {
  await mkdir(join(ROOT, ".local"), { recursive: true });
  const folder = await mkdtemp(join(ROOT, ".local/mutation-"));
  try {
    const report = await runStryker({ paths: [RULE], folder, constants: false }, "ignore");
    if (!report) throw new Error("Somebody interrupted it");

    const left = survivors(report).map(({ line, was, became }) => `${line}: ${was} → ${became}`);
    expect(left).toEqual([
      '4: name === "" → false',
      '4: "" → "Stryker was here!"',
      '4: "stranger" → ""',
    ]);
    expect(scores(report)).toEqual([
      { folder: "test/mutation/fixture", killed: 6, survived: 2, unreached: 1 },
    ]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}, 60_000);
