import { parseArgs } from "node:util";
import { runCommand } from "../../command.ts";
import { readNamed } from "../read-named.ts";
import { mailLimits } from "./mail-limits.ts";

/** `npm run mail:limits`: which limits of the mail service apply, and what they leave for whom. `azd provision` ends with it. */

const USAGE = `npm run mail:limits -- [options]

  --settings <file>   the service's settings: NAME=value lines, or local.settings.json; without it the environment
  --help              this

Exit code 0, also when no mails are sent; 1: the settings promise more than the domain sends.`;

async function run(): Promise<void> {
  const { values } = parseArgs({ options: { settings: { type: "string" } } });
  const limits = mailLimits(await readNamed(values.settings));
  if (!limits) {
    console.log("No mails are sent: neither EMAIL_ENABLED nor EMAIL_CONNECTION is set.");
    return;
  }
  for (const line of limits.lines) console.log(line);
  for (const { code, what, remedy } of limits.faults)
    console.log(`✗ ${what}\n  ${remedy} [${code}]`);
  if (limits.faults.length > 0) process.exitCode = 1;
}

await runCommand({ usage: USAGE, run });
