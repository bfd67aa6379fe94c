import { glob, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";

const ROOT = join(import.meta.dirname, "../..");

/** What the log line names: the text of each `note(…)`, up to what is put into it. */
async function notes(): Promise<string[]> {
  const found = new Set<string>();
  for await (const file of glob("shared/**/*.ts", { cwd: ROOT })) {
    const code = await readFile(join(ROOT, file), "utf8");
    for (const [, given = ""] of code.matchAll(/\bnote\(([^;]*)\)/g)) {
      const fixed = given.replace(/\$\{.*/s, "");
      for (const [, name = ""] of fixed.matchAll(/["`]([a-z][a-z-]+)/g)) found.add(name);
    }
  }
  return [...found];
}

test("whoever finds a note in a line finds it on the page", async () => {
  const page = await readFile(join(ROOT, "docs/observability.md"), "utf8");
  const spans = [...page.matchAll(/`([^`\n]+)`/g)].map(([, span = ""]) => span);
  const isTold = (name: string) =>
    spans.some((span) => span.startsWith(name)) ||
    (spans.includes("<what>-row-illegible") && name.endsWith("-row-illegible"));
  const all = await notes();
  expect(all).toContain("operation-parked");
  expect(all.filter((name) => !isTold(name))).toEqual([]);
});
