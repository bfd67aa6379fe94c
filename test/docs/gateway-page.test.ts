import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";

const read = (file: string) => readFile(join(import.meta.dirname, "../..", file), "utf8");

test("a gateway is told of every address beside the API: letters, calendars and problems link there", async () => {
  const routes = [...(await read("functions/main.ts")).matchAll(/route: "(\w+)/g)];
  const beside = [...new Set(routes.map(([, first]) => `/${first}`))].filter((at) => at !== "/api");
  expect(beside).toEqual(["/problems", "/calendar", "/unsubscribe"]);
  const page = await read("docs/behind-a-gateway.md");
  for (const at of beside) expect(page).toContain(`\`${at}\``);
});
