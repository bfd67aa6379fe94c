import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const ROOT = join(import.meta.dirname, "../../..");
const TYPING = join(ROOT, "test/docs");
const read = (...path: string[]): string => readFileSync(join(ROOT, ...path), "utf8");

/** What is not typed by `npm run test:docs`, and where else it is. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  "docs/testing.md":
    "it takes up to an hour; `npm run test:mutation` tries the command on a small project",
};

test("what a page tells people to type, a test types", () => {
  const typing = readdirSync(TYPING)
    .filter((name) => name.endsWith(".test.ts"))
    .map((name) => readFileSync(join(TYPING, name), "utf8"))
    .join("\n");
  const pages = readdirSync(join(ROOT, "docs"), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".md"))
    .map((name) => `docs/${name}`);
  const withShell = ["README.md", ...pages].filter((page) =>
    /^```(sh|bash|shell|console)$/m.test(read(page)),
  );

  const untyped = withShell.filter((page) => !typing.includes(`"${page}"`));
  expect(untyped.toSorted()).toEqual(Object.keys(ELSEWHERE));
});
