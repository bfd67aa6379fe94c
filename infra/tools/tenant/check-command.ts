import { parseArgs } from "node:util";
import * as z from "zod";
import { runCommand } from "../../command.ts";
import { localCloud } from "../local-cloud.ts";
import { mailLimits } from "../mail/mail-limits.ts";
import { readNamed } from "../read-named.ts";
import { checkTenant } from "./check.ts";
import { checkPolicies } from "./check-policies.ts";
import { openGraph } from "./graph.ts";
import { readPolicies } from "./policies.ts";
import { signedIn } from "./sign-in.ts";
import { readSnapshot } from "./snapshot.ts";
import { checkUserFlows, hasUserFlows, readUserFlows } from "./user-flows.ts";

/**
 * `npm run tenant:check [-- --settings <file>]`: holds the directory against the service's settings, from the environment or
 * from a file (`.env` or `local.settings.json`), and says which limits of the mail service they reckon with. Changes nothing. Exit code 1 when something is wrong.
 */

const USAGE = `npm run tenant:check -- [options]

  --settings <file>   the service's settings: NAME=value lines, or local.settings.json; without it the environment
  --sign-in <way>     browser (default), device, az (the Azure CLI), or a token in GRAPH_TOKEN
  --local             look at the local cloud of npm start
  --help              this

Where the directory is (GRAPH_BASE_URL, DIRECTORY_AUTHORITY) is taken from the environment first. Exit code 0: ready,
1: something is to be mended, 2: it could not be checked.`;

async function run(): Promise<void> {
  const { values } = parseArgs({
    options: {
      settings: { type: "string" },
      "sign-in": { type: "string", default: "browser" },
      local: { type: "boolean", default: false },
    },
  });
  const env = values.local ? { ...process.env, ...(await localCloud()) } : process.env;
  const named = await readNamed(values.settings);
  const place = (name: string) => env[name] || named[name];
  const graph = openGraph({
    baseUrl: place("GRAPH_BASE_URL") || "https://graph.microsoft.com",
    token: signedIn(env, {
      way: z.enum(["browser", "device", "az"]).parse(values["sign-in"]),
      tenant: named["DIRECTORY_TENANT_ID"],
      authority: place("DIRECTORY_AUTHORITY") || "https://login.microsoftonline.com",
    }),
  });
  const flows = hasUserFlows(named) ? await readUserFlows(graph) : [];
  const policies = await readPolicies(graph);
  const mail = mailLimits(named);
  const faults = [
    ...checkTenant(await readSnapshot(graph, named), named, new Date()),
    ...checkUserFlows(flows ?? [], named),
    ...(policies ? checkPolicies(policies, named) : []),
    ...(mail?.faults ?? []),
  ];
  if (!flows)
    console.error(
      "The user flows could not be read, and custom policies never can: see yourself that none lets people write their subscription (docs/prepare-the-tenant.md).",
    );
  if (!policies)
    console.error(
      "The app management policies could not be read (Global Reader may): what they forbid, customers are told when they ask for it.",
    );
  for (const line of mail?.lines ?? []) console.log(line);
  for (const { code, what, remedy } of faults) console.log(`✗ ${what}\n  ${remedy} [${code}]`);
  console.log(faults.length === 0 ? "✓ The tenant is ready." : `${faults.length} to mend.`);
  if (faults.length > 0) process.exitCode = 1;
}

await runCommand({ usage: USAGE, failed: 2, run });
