import { chmod, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { runCommand } from "../command.ts";
import { type Cloud, startCloud } from "./cloud.ts";
import { pickSettings } from "./cloud-settings.ts";
import { readPorts } from "./ports.ts";
import { renderWelcome } from "./welcome.ts";

/**
 * `npm start`: the whole local cloud until Ctrl-C. Ports come from the variables of `ports.ts`; a setting of the service that
 * is in the environment (`CONSENT_SLA=PT20S npm start`) wins over the cloud's own.
 */

const USAGE = `npm start

  Runs everything on this machine until Ctrl-C; what is made is kept in .local, and addresses and tokens for scripts are in
  .local/cloud.json. A setting of docs/settings.md in the environment wins: CONSENT_SLA=PT20S npm start. Ports: PORT_API and
  the others of docs/architecture.md; 0 takes any free one.`;

const REPOSITORY = join(import.meta.dirname, "../..");
const FOLDER = join(REPOSITORY, ".local");
const CLOUD_FILE = join(FOLDER, "cloud.json");
const SETTINGS_FILE = join(REPOSITORY, "local.settings.json");

/** Both files hold secrets of the local cloud. The mode is set again because an existing file would keep its own. */
async function writePrivate(file: string, document: unknown): Promise<void> {
  await writeFile(file, `${JSON.stringify(document, null, 2)}\n`, { mode: 0o600 });
  await chmod(file, 0o600);
}

/** @throws one sentence for people; nothing runs any more then. */
async function start(): Promise<Cloud> {
  // A file of an earlier run that was killed would send scripts to the wrong place.
  await rm(CLOUD_FILE, { force: true });
  const cloud = await startCloud({
    folder: FOLDER,
    ports: readPorts(process.env),
    environment: pickSettings(process.env),
    progress: (sentence) => console.log(`${sentence} …`),
    onHostLine: (line) => console.log(line),
  });
  await writePrivate(SETTINGS_FILE, { IsEncrypted: false, Values: cloud.settings });
  console.log(renderWelcome(cloud.addresses, ".local/cloud.json"));
  // Last of all: whoever waits for this file finds everything answering.
  await writePrivate(CLOUD_FILE, cloud.addresses);
  return cloud;
}

function stopOnSignal(cloud: Cloud): void {
  let stopping = false;
  const stop = async (reason: string, exitCode: number): Promise<void> => {
    if (stopping) process.exit(1);
    stopping = true;
    console.log(reason);
    await rm(CLOUD_FILE, { force: true });
    await cloud.stop();
    process.exit(exitCode);
  };
  process.on("SIGINT", () => void stop("Stopping …", 0));
  process.on("SIGTERM", () => void stop("Stopping …", 0));
  void cloud.tables.died.then((sentence) => stop(sentence, 1));
  for (const host of cloud.hosts) {
    void host.exited.then((code) => {
      if (!stopping)
        console.error(
          `The Functions host ended by itself (exit code ${code}). The rest goes on; start another with: npm run host`,
        );
    });
  }
}

await runCommand({
  usage: USAGE,
  run: async () => {
    stopOnSignal(
      await start().catch((error: unknown) => {
        console.error(error instanceof Error ? error.message : error);
        // What had been started by then would keep the process alive.
        process.exit(1);
      }),
    );
  },
});
