import { mkdir, writeFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { runCommand } from "../../command.ts";
import { readTopology } from "../../topology.ts";
import { emulatorConfig } from "./emulator-config.ts";

/** `npm run emulator:config [-- <file>]`: writes it to the file, or to standard output. */

const USAGE = `npm run emulator:config -- [file]

  The queues and topics of infra/topology.json as Microsoft's Service Bus emulator reads them, into the file or to standard
  output.`;

async function run(): Promise<void> {
  const text = `${JSON.stringify(emulatorConfig(readTopology()), null, 2)}\n`;
  const file = process.argv[2];
  if (file === undefined) {
    process.stdout.write(text);
  } else {
    await mkdir(dirname(resolve(file)), { recursive: true });
    await writeFile(file, text);
  }
}

await runCommand({ usage: USAGE, run });
