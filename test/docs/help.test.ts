import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import * as z from "zod";
import { close, listen } from "../../infra/local/listen.ts";
import { runNode } from "../support/run-node.ts";

/** Every command that people run explains itself, and says in a sentence what keeps it from working. */

const { scripts } = z
  .object({ scripts: z.record(z.string(), z.string()) })
  .parse(JSON.parse(readFileSync(join(import.meta.dirname, "../../package.json"), "utf8")));
const commands = Object.entries(scripts).flatMap(([name, line]) => {
  const script = /^node (infra\/(?:tools|local)\/\S+)$/.exec(line)?.[1];
  return script ? [{ name, script }] : [];
});

test("the commands are found", () => {
  expect(commands.map(({ name }) => name)).toContain("tenant:check");
});

test.for(commands)("npm run $name -- --help", async ({ name, script }) => {
  const { code, stdout, stderr } = await runNode(script, ["--help"], {});
  expect(stdout).toMatch(new RegExp(`^npm (run )?${name}\\b`));
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
});

test("an option that is not there is named, with those that are", async () => {
  const { code, stderr } = await runNode("infra/tools/tenant/check-command.ts", ["--setings"], {});
  expect(stderr).toContain("--setings");
  expect(stderr).toContain("--settings <file>");
  expect(code).toBe(2);
});

/** A port that was free a moment ago, and that nothing listens on. */
let nobody = "";
beforeAll(async () => {
  const server = createServer();
  nobody = `http://127.0.0.1:${await listen(server, 0)}`;
  await close(server);
});

test.for([
  { script: "infra/tools/tenant/setup-command.ts", args: ["--dry-run"] },
  { script: "infra/tools/tenant/check-command.ts", args: [] },
  { script: "infra/tools/token/command.ts", args: ["--client-id", "a", "--scope", "b"] },
])("a service that does not answer is a sentence: $script", async ({ script, args }) => {
  const { code, stderr } = await runNode(script, args, {
    GRAPH_BASE_URL: nobody,
    TOKEN_ENDPOINT: `${nobody}/token`,
    GRAPH_TOKEN: "token",
    CLIENT_SECRET: "secret",
  });
  expect(stderr).toContain(`${nobody} refuses the connection: nothing listens there.`);
  expect(stderr).not.toContain("fetch failed");
  expect(code).toBeGreaterThan(0);
});

test("--local without a local cloud says how to start one", async () => {
  const { stderr } = await runNode("infra/tools/token/command.ts", ["--local"], {}, "", "/");
  expect(stderr).toContain("start the local cloud first, with npm start");
});
