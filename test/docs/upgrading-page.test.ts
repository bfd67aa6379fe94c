import { glob, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";

const ROOT = join(import.meta.dirname, "../..");

test("of each message that there is the page says who does what it is for when it is set aside", async () => {
  const types = new Set<string>();
  for await (const file of glob("shared/events/*.ts", { cwd: ROOT })) {
    const code = await readFile(join(ROOT, file), "utf8");
    for (const [, type = ""] of code.matchAll(/\btype: z\.literal\("([a-z.]+)"\)/g))
      types.add(type);
  }
  const page = await readFile(join(ROOT, "docs/upgrading.md"), "utf8");
  expect(types).toContain("operation.check");
  expect([...types].filter((type) => !page.includes(`| \`${type}\``))).toEqual([]);
});
