import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readBicep } from "./bicep-tree.ts";

const ROOT = join(import.meta.dirname, "../../..");
const rules = await readBicep("app/alerts.bicep");

test("somebody is told of any timer that stands still, and the page names them all", () => {
  const main = readFileSync(join(ROOT, "functions/main.ts"), "utf8");
  const timers = [...main.matchAll(/app\.timer\("([\w-]+)"/g)].map(([, name]) => name).sort();
  const page = readFileSync(join(ROOT, "docs/observability.md"), "utf8");
  const watched = rules.variables.get("timers")?.text ?? "";
  expect([...watched.matchAll(/'([\w-]+)'/g)].map(([, name]) => name)).toEqual(timers);
  expect(timers.filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
});

test.each(["care", "consent-revocations", "consent-sweep", "reconcile", "secrets-look"])(
  "a line of the timer %s is told by the name that the rule looks for",
  (name) => {
    const source = readFileSync(join(ROOT, `functions/timer/${name}.ts`), "utf8");
    expect(source).toContain(`timerRun(context, "${name}"`);
  },
);
