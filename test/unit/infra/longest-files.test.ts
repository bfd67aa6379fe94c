import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { LONGEST } from "../../support/longest-files.ts";

const TESTS = join(import.meta.dirname, "../..");

test("every file that is to begin first is there, under that name", () => {
  expect(LONGEST.filter((name) => !existsSync(join(TESTS, `${name}.test.ts`)))).toEqual([]);
  expect(new Set(LONGEST).size).toBe(LONGEST.length);
});
