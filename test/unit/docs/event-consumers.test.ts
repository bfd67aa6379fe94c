import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { languages } from "../../languages/languages.ts";

const page = readFileSync(join(import.meta.dirname, "../../../docs/events.md"), "utf8");
const blocks = [...page.matchAll(/```(?:js|python|go|java)\n(.*?)```/gs)].map(
  ([, program]) => program,
);

test("the consumers that docs/events.md shows are the programs that are run, to the letter", () => {
  expect(blocks).toEqual(languages.map(({ source }) => readFileSync(source, "utf8")));
});
