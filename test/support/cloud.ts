import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Cloud, type CloudOptions, startCloud } from "../../infra/local/cloud.ts";
import { afterFile, noteLine } from "./after-file.ts";
import { ownAccount } from "./own-account.ts";

/** `npm test` has built it; a single file run by hand may find none. */
export const IS_BUILT = existsSync(join(import.meta.dirname, "../../dist/main.js"));

/** The first of January. */
const NEVER = "0 0 0 1 1 *";

/** No pass over all that is granted, or over all clients, begins at whatever time of day it is. */
export const NO_PASSES = {
  CONSENT_REVOCATION_SCHEDULE: NEVER,
  SECRETS_LOOK_SCHEDULE: NEVER,
};

/** For tests that count directory calls: no timer asks the directory in between. */
export const NO_SWEEPS = { ...NO_PASSES, CONSENT_SWEEP_SCHEDULE: NEVER };

/** Tests do in seconds what customers do in hours; those of the limits set their own. */
export const PLENTY = {
  DIRECTORY_WRITES_PER_MINUTE: "1000000",
  MAX_DELETED_CLIENTS_PER_SUBSCRIPTION: "100000",
  SUBSCRIPTION_REQUESTS_PER_MINUTE: "1000000",
  ALERT_BUDGET: "10000",
  EMAIL_PER_MINUTE: "100000",
  EMAIL_PER_HOUR: "1000000",
};

/**
 * A cloud of its own for one test file, on free ports and in a temporary folder; call it in `beforeAll`. It is stopped after the
 * file's last test, and what its hosts wrote is shown only with a test that failed.
 */
export async function startTestCloud(options: Partial<CloudOptions> = {}): Promise<Cloud> {
  const folder = options.folder ?? (await mkdtemp(join(tmpdir(), "latchkey-cloud-")));
  const cloud = await startCloud({
    build: !options.appFolder && !IS_BUILT,
    // Whoever names a folder wants to find there what was left.
    ...(options.folder === undefined && { inMemory: true, sharedTables: ownAccount() }),
    onHostLine: noteLine,
    ...options,
    environment: { ...PLENTY, ...options.environment },
    folder,
  });
  afterFile(async () => {
    await cloud.stop();
    await rm(folder, { recursive: true, force: true });
  });
  return cloud;
}
