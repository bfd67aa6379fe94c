import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { decodeJwt } from "jose";
import { afterAll, beforeAll, expect, test } from "vitest";
import * as z from "zod";
import { aClient, openTestDirectory, setting, text } from "../../local/directory/support.ts";

/** The PowerShell of docs/get-a-token.md, run as it stands there; what is typed into a shell is in test/docs. */

const page = readFileSync(join(import.meta.dirname, "../../../docs/get-a-token.md"), "utf8");
const snippet = (language: string): string => {
  const found = new RegExp(`\`\`\`${language}\n([^]*?)\`\`\``).exec(page)?.[1];
  if (!found) throw new Error(`The page has no ${language} snippet`);
  return found;
};
const Answer = z.object({ access_token: z.string(), token_type: z.literal("Bearer") });
const run = promisify(execFile);

let tenant: Awaited<ReturnType<typeof openTestDirectory>>;
let environment: Record<string, string>;
beforeAll(async () => {
  tenant = await openTestDirectory();
  const { body } = await tenant.graph("POST", "/applications", aClient(tenant.directory));
  const added = await tenant.graph("POST", `/applications/${text(body, "id")}/addPassword`, {});
  environment = {
    PATH: process.env["PATH"] ?? "",
    HOME: process.env["HOME"] ?? "",
    TOKEN_ENDPOINT: setting(tenant.directory, "TOKEN_ENDPOINT"),
    RESOURCE_SCOPE: setting(tenant.directory, "RESOURCE_SCOPE"),
    CLIENT_ID: text(body, "appId"),
    CLIENT_SECRET: text(added.body, "secretText"),
  };
});
afterAll(() => tenant.close());

const isForThisClient = (stdout: string): void => {
  const { access_token } = Answer.parse(JSON.parse(stdout));
  expect(decodeJwt(access_token)["azp"]).toBe(environment["CLIENT_ID"]);
};

test("PowerShell, where it is installed", async () => {
  const asked = run("pwsh", ["-NoProfile", "-Command", snippet("powershell")], {
    env: environment,
  });
  const answer = await asked.catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
  if (answer) isForThisClient(answer.stdout);
  else console.log("pwsh is not on the path: the PowerShell snippet has not been run here.");
});
