import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterFile } from "../../support/after-file.ts";
import { NO_SWEEPS, startTestCloud } from "../../support/cloud.ts";
import { browserOf } from "./browser-of.ts";

/** A cloud whose people sign in for the service itself, and a folder for what they keep; call it in `beforeAll`. */
export async function startPersonCloud() {
  const folder = await mkdtemp(join(tmpdir(), "latchkey-person-"));
  afterFile(() => rm(folder, { recursive: true, force: true }));
  const cloud = await startTestCloud({ environment: NO_SWEEPS, flavour: "entra" });
  return {
    cloud,
    folder,
    /** The environment of somebody who has not signed in yet; their browser signs Ann in. */
    newcomer: async (): Promise<Record<string, string>> => ({
      LATCHKEY_API: cloud.addresses.api,
      XDG_STATE_HOME: await mkdtemp(join(folder, "state-")),
      BROWSER: await browserOf(folder, "ann"),
    }),
  };
}
