import { readFile } from "node:fs/promises";
import { parseArgs, parseEnv } from "node:util";
import * as z from "zod";
import { checkTenant } from "./check.ts";
import { openGraph } from "./graph.ts";
import { signedIn } from "./sign-in.ts";
import { type Named, readSnapshot } from "./snapshot.ts";

/**
 * `npm run tenant:check [-- --settings <file>]`: holds the directory against the service's settings, from the environment or
 * from a file (`.env` or `local.settings.json`). Changes nothing. Exit code 1 when something is wrong.
 */

const LocalSettings = z.object({ Values: z.record(z.string(), z.string()) });

async function readNamed(file: string | undefined): Promise<Named> {
  if (!file) return process.env;
  const text = await readFile(file, "utf8");
  return file.endsWith(".json") ? LocalSettings.parse(JSON.parse(text)).Values : parseEnv(text);
}

async function run(): Promise<void> {
  const { values } = parseArgs({
    options: { settings: { type: "string" }, "sign-in": { type: "string", default: "browser" } },
  });
  const named = await readNamed(values.settings);
  const graph = openGraph({
    baseUrl: named["GRAPH_BASE_URL"] || "https://graph.microsoft.com",
    token: signedIn(process.env, {
      way: z.enum(["browser", "device", "az"]).parse(values["sign-in"]),
      tenant: named["DIRECTORY_TENANT_ID"],
      authority: named["DIRECTORY_AUTHORITY"] || "https://login.microsoftonline.com",
    }),
  });
  const faults = checkTenant(await readSnapshot(graph, named), named, new Date());
  for (const { code, what, remedy } of faults) console.log(`✗ ${what}\n  ${remedy} [${code}]`);
  console.log(faults.length === 0 ? "✓ The tenant is ready." : `${faults.length} to mend.`);
  if (faults.length > 0) process.exitCode = 1;
}

try {
  await run();
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 2;
}
