import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { problemTypes } from "../../../functions/edge/problem-types.ts";
import { problemsPage } from "../../../infra/tools/docs/problems-page.ts";
import { settingsPage } from "../../../infra/tools/docs/settings-page.ts";
import { whoCallsPage } from "../../../infra/tools/docs/who-calls-page.ts";
import { settingNames } from "../../../shared/settings/settings.ts";

/** Run `npm run docs` when one of these fails. */
const page = (name: string) =>
  readFileSync(join(import.meta.dirname, "../../../docs", name), "utf8");

test("docs/settings.md is what the settings are now", () => {
  expect(page("settings.md")).toBe(settingsPage());
});

test("docs/problems.md is what the problems are now", () => {
  expect(page("problems.md")).toBe(problemsPage());
});

test("docs/who-calls.md shows the file that the demo API runs", () => {
  expect(page("who-calls.md")).toBe(whoCallsPage());
});

test("every setting and every problem is explained", () => {
  for (const name of settingNames)
    expect(settingsPage()).toMatch(new RegExp(`\\| \`${name}\` \\| \\S`));
  for (const name of Object.keys(problemTypes))
    expect(problemsPage()).toMatch(
      new RegExp(
        `^## ${name}\n\n.*\n\n- What happened: .+\n- What to do: .+\n- Who can help: .+`,
        "m",
      ),
    );
});
