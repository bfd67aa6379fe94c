import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { COUNTED_APART, costRows } from "../../integration/api/costs/cost-rows.ts";

const page = readFileSync(join(import.meta.dirname, "../../../docs/cost-of-routes.md"), "utf8");

/** What is asserted there is what is told here. */
test("docs/cost-of-routes.md has what is counted of each route, line by line", () => {
  const lines = costRows().map(({ when, ask: [method, path], calls, tables }) => {
    const asked = calls.map((call) => `\`${call}\``).join(", ");
    return `| \`${method} ${path}\`${when ? `, ${when}` : ""} | ${asked || "none"} | ${tables} |`;
  });

  expect(page.split("\n").filter((line) => line.startsWith("| `"))).toEqual(lines);
});

test("and says why the others are not among them", () => {
  const told = Object.values(COUNTED_APART).map(({ path, why }) => `- \`${path}\`: ${why}`);

  expect(page.split("\n").filter((line) => line.startsWith("- `"))).toEqual(told);
});
