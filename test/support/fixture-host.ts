import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFailed } from "vitest";
import { build } from "../../infra/build.ts";
import { type HostHandle, spawnHost } from "../../infra/local/host/spawn.ts";
import { afterFile } from "./after-file.ts";

const hosts: HostHandle[] = [];

/** Bundles one file as the product is bundled. @returns the folder to host. */
export async function buildFixture(entry: URL): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "latchkey-fixture-"));
  afterFile(() => rm(folder, { recursive: true, force: true }));
  await build({ entry: entry.pathname, outputFolder: folder });
  return folder;
}

/** Starts a host on a bundled fixture; it is stopped after the last test of the file. */
export async function startFixtureHost(
  folder: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<HostHandle> {
  const host = await spawnHost({
    environment: { ...process.env, ...environment },
    folder,
    port: 0,
  });
  hosts.push(host);
  afterFile(async () => {
    hosts.splice(hosts.indexOf(host), 1);
    await host.stop();
  });
  return host;
}

/** Shows what the hosts wrote when the running test fails. */
export function showLogsOnFailure(): void {
  onTestFailed(() => {
    for (const host of hosts) console.log(`${host.origin}\n${host.logs().join("\n")}`);
  });
}
