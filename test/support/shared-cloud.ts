import { rmSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Cloud, startCloud } from "../../infra/local/cloud.ts";
import { afterFile, noteLine } from "./after-file.ts";
import { IS_BUILT, NO_SWEEPS, PLENTY } from "./cloud.ts";
import { ownAccount } from "./own-account.ts";

/** Pages of these origins may call the API. */
export const LISTED = "https://portal.example";
export const SUPPORT = "mailto:help@contoso.example";

/** What every file that shares a cloud can live with; whoever needs another setting starts a cloud, or one more host, of its own. */
const SETTINGS = {
  ...PLENTY,
  ...NO_SWEEPS,
  MAX_CLIENTS_PER_SUBSCRIPTION: "10000",
  SUBSCRIPTION_WRITES_PER_MINUTE: "100000",
  CORS_ORIGINS: `${LISTED},https://two.example`,
  SUPPORT_URL: SUPPORT,
  OFFBOARD_GRACE: "PT4S",
  // What is looked at twice is looked at again after so long; a request gets four fifths of it.
  RECONCILE_AFTER: "PT15S",
};

/** Of this worker: a worker keeps its modules from file to file, and runs one file at a time. */
let shared: Promise<Cloud> | undefined;

/**
 * The cloud that the files of this worker use one after another, without sweeps and with one host that has served before; call it in
 * `beforeAll`. Each file finds it empty and without faults. It is not for files that kill its host, take a tap, or look at what a
 * process does when it is new: `startTestCloud` is.
 */
export async function sharedCloud(): Promise<Cloud> {
  const isNew = shared === undefined;
  shared ??= startShared();
  const cloud = await shared;
  if (!isNew) await cloud.reset();
  const [first] = cloud.hosts;
  afterFile(async () => {
    await cloud.setFaults({});
    for (const host of cloud.hosts.filter((one) => one !== first)) await host.stop();
  });
  return cloud;
}

async function startShared(): Promise<Cloud> {
  const folder = await mkdtemp(join(tmpdir(), "latchkey-cloud-"));
  // Nobody says which file is a worker's last. Its processes end with it, since they hear that it is gone; the folder cannot.
  process.once("SIGTERM", () => {
    rmSync(folder, { recursive: true, force: true });
    process.exit(0);
  });
  return startCloud({
    build: !IS_BUILT,
    folder,
    inMemory: true,
    sharedTables: ownAccount(),
    environment: SETTINGS,
    onHostLine: noteLine,
  });
}
