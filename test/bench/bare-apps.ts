import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "../../infra/build.ts";
import { type HostHandle, spawnHost } from "../../infra/local/host/spawn.ts";
import type { Stage } from "./stage.ts";

/** What the service is held against: an empty function, the SDKs' first answers, the SDKs' creates. */
type BareApp = "bare-function" | "bare-first" | "bare-create";

export interface BareApps {
  /** Bundled as the service is, in a host of its own, with the service's settings and `environment`. */
  start(app: BareApp, environment?: Readonly<Record<string, string>>): Promise<HostHandle>;
  remove(): Promise<void>;
}

export async function bareApps({ cloud }: Stage): Promise<BareApps> {
  const folder = await mkdtemp(join(tmpdir(), "latchkey-bare-"));
  const built = new Set<BareApp>();
  return {
    start: async (app, environment = {}) => {
      const outputFolder = join(folder, app);
      if (!built.has(app))
        await build({ entry: join(import.meta.dirname, `${app}.ts`), outputFolder });
      built.add(app);
      return spawnHost({
        environment: { ...process.env, ...cloud.settings, ...NOTHING_COMPILED, ...environment },
        folder: outputFolder,
        port: 0,
      });
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

/** On Azure a new instance finds nothing that was compiled before. */
export const NOTHING_COMPILED = { NODE_COMPILE_CACHE: undefined };
