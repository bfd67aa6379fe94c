import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { cp, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { build } from "../../build.ts";
import { runCommand } from "../../command.ts";
import { startCloud } from "../../local/cloud.ts";
import { openStage } from "../../local/demo/stage.ts";
import { tellStory } from "../../local/demo/story.ts";
import { openTerminal } from "../../local/demo/terminal.ts";
import { close, listen } from "../../local/listen.ts";

/**
 * The demo's story on Azure Functions Core Tools (`func start`) instead of this repository's own host: the same bundle, the
 * same settings, the same local cloud. Timers need Azurite's blobs on their usual port (docs/real-azure-tests.md).
 */

const START_MS = 120_000;

async function freePort(): Promise<number> {
  const probe = createServer();
  const port = await listen(probe, 0);
  await close(probe);
  return port;
}

function startCoreTools(folder: string, port: number, settings: Readonly<Record<string, string>>) {
  const child = spawn("func", ["start", "--port", String(port)], {
    cwd: folder,
    // Node reads NODE_EXTRA_CA_CERTS when the worker starts, so it has to be there from the beginning.
    env: { ...process.env, ...settings },
    stdio: "inherit",
  });
  const failed = new Promise<never>((_, reject) => {
    child.once("error", (error) =>
      reject(
        new Error(
          `func cannot be started (${error.message}); is azure-functions-core-tools installed?`,
        ),
      ),
    );
    child.once("exit", (code) => reject(new Error(`func ended with ${code}`)));
  });
  failed.catch(() => undefined);
  return { child, failed };
}

async function answering(url: string): Promise<void> {
  const until = Date.now() + START_MS;
  while (Date.now() < until) {
    const response = await fetch(url).catch(() => undefined);
    if (response?.ok) return;
    await pause(500);
  }
  throw new Error(`${url} did not answer within ${START_MS / 1000} s`);
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const ended = once(child, "exit");
  child.kill("SIGINT");
  await ended;
}

const USAGE = `npm run core-tools

  The demo on Azure Functions Core Tools (func) instead of this repository's own host; docs/real-azure-tests.md.`;

async function run(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "latchkey-core-tools-"));
  const appFolder = join(folder, "app");
  const { outputFolder } = await build();
  await cp(outputFolder, appFolder, { recursive: true });
  const port = await freePort();
  const cloud = await startCloud({ folder, ports: { api: port }, hosts: 0, build: false });
  const settings = JSON.stringify({ IsEncrypted: false, Values: cloud.settings });
  await writeFile(join(appFolder, "local.settings.json"), settings, { mode: 0o600 });
  const { child, failed } = startCoreTools(appFolder, port, cloud.settings);
  try {
    const ready = answering(`${cloud.addresses.api}/health/ready`);
    await Promise.race([ready, failed]);
    const terminal = openTerminal((text) => process.stdout.write(text));
    await tellStory(openStage(cloud.addresses, terminal));
    console.log("All of it was as told, on Core Tools.");
  } finally {
    await stop(child);
    await cloud.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

await runCommand({ usage: USAGE, run });
