import { readFile } from "node:fs/promises";
import { afterAll, inject } from "vitest";
import * as z from "zod";
import { startDirectory } from "../../../infra/local/directory/start.ts";
import { openTap } from "../../../infra/local/tap.ts";
import { graphDirectory } from "../../../shared/adapters/directory/graph-directory.ts";
import { graphClient } from "../../../shared/adapters/directory/transport.ts";
import { cachedToken } from "../../../shared/adapters/identity/cached-token.ts";
import { directoryCredential } from "../../../shared/adapters/identity/credentials.ts";
import { systemRuntime } from "../../../shared/base/runtime.ts";
import type { ClientDirectory } from "../../../shared/clients/ports.ts";
import type { SecretDirectory } from "../../../shared/clients/secret-directory.ts";
import { readSettings } from "../../../shared/settings/settings.ts";
import { memoryDirectory } from "../../doubles/memory-directory.ts";

/**
 * What the directory's contract is run on: the directory in memory, and the Graph adapter on the local directory. With the path
 * of a settings file (the form of `local.settings.json`) in `LATCHKEY_TEST_DIRECTORY` it runs on the tenant those settings name.
 */
export interface DirectoryTarget {
  readonly name: string;
  open(): Promise<{ readonly directory: ClientDirectory & SecretDirectory }>;
}

let stop: () => Promise<unknown> = async () => undefined;
/** A real tenant counts what was deleted for 30 days: the tests leave nothing of theirs behind. */
const purge: (() => Promise<unknown>)[] = [];
afterAll(async () => {
  for (const step of purge.splice(0)) await step();
  await stop();
});

const SettingsFile = z.object({ Values: z.record(z.string(), z.string()) });

/** What the product demands besides the directory, and this contract never uses. */
const UNUSED = {
  CUSTOMER_AUDIENCE: "unused",
  RecordsConnection: "unused",
  ServiceBusConnection: "unused",
  ALERT_WEBHOOK_URL: "https://alerts.invalid",
  ALERT_WEBHOOK_SECRET: `whsec_${"a".repeat(32)}`,
};

async function settingsOfTarget(): Promise<Readonly<Record<string, string>>> {
  const file = process.env["LATCHKEY_TEST_DIRECTORY"];
  if (file) return SettingsFile.parse(JSON.parse(await readFile(file, "utf8"))).Values;
  const directory = await startDirectory({
    httpPort: 0,
    httpsPort: 0,
    dataFile: ":memory:",
    certificatesFolder: inject("certificatesFolder"),
    tap: openTap,
  });
  stop = directory.stop;
  return directory.settings;
}

async function openGraph() {
  const settings = readSettings({ ...UNUSED, ...(await settingsOfTarget()) });
  const token = cachedToken(
    directoryCredential(settings.directory),
    settings.directory.graphScope,
    Date.now,
  );
  const client = graphClient(settings.directory.graphBaseUrl, token);
  const directory = graphDirectory({
    client,
    signInAudience: settings.clientSignInAudience,
    resourceAppId: settings.resource.appId,
    roleIds: settings.resource.roleIds,
    runtime: systemRuntime,
    budgetMs: 20_000,
  });
  return {
    directory: {
      ...directory,
      create: async (application: Parameters<ClientDirectory["create"]>[0]) => {
        const created = await directory.create(application);
        if (created.kind === "done")
          purge.push(() => client.api(`/directory/deletedItems/${created.value.id}`).delete());
        return created;
      },
    },
  };
}

export const directoryTargets: readonly DirectoryTarget[] = [
  { name: "in memory", open: async () => ({ directory: memoryDirectory(systemRuntime) }) },
  { name: "over Microsoft Graph", open: openGraph },
];
