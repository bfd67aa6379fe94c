import { setTimeout as pause } from "node:timers/promises";
import type { HostHandle } from "../../infra/local/host/spawn.ts";
import { CREATE, consumed, postLoad, tokensOf } from "./post-load.ts";
import { residentMb } from "./process-usage.ts";
import { openStage } from "./stage.ts";

const CONCURRENCY = 16;
const SAMPLE_MS = 100;
/** As it is, and with Node's own bounds; on Azure they are in `infra/app/function-app.bicep`. */
const BOUNDS = [
  "",
  "--max-semi-space-size=8 --max-old-space-size=128",
  "--max-semi-space-size=2 --max-old-space-size=128",
];

/** MB resident of the process that runs the functions, and what it got done meanwhile. */
export interface MemoryFigures {
  readonly bounds: string;
  readonly idleMb: number;
  readonly loadedMb: number;
  readonly perSecond: number;
}

export async function measureMemory(creates: number): Promise<MemoryFigures[]> {
  const stage = await openStage(0);
  const figures: MemoryFigures[] = [];
  try {
    await stage.cloud.hosts[0]?.stop();
    const tokens = await tokensOf(stage, "memory", CONCURRENCY);
    for (const bounds of BOUNDS) {
      const host = await stage.cloud.startHost({ environment: { NODE_OPTIONS: bounds } });
      await pause(2_000);
      const idleMb = await residentMb(host);
      const memory = largest(host);
      const { perSecond } = await postLoad({
        url: `${host.origin}/api/clients`,
        tokens,
        body: CREATE,
        concurrency: CONCURRENCY,
        warmUp: creates,
        requests: creates,
      });
      await consumed(stage);
      figures.push({ bounds, idleMb, loadedMb: await memory(), perSecond });
      await host.stop();
    }
    return figures;
  } finally {
    await stage.stop();
  }
}

/** Samples memory until asked for the largest sample. */
function largest(host: HostHandle): () => Promise<number> {
  let watching = true;
  const sampling = (async () => {
    let most = 0;
    while (watching) {
      most = Math.max(most, await residentMb(host));
      await pause(SAMPLE_MS);
    }
    return most;
  })();
  // Whoever asks learns of a host that has ended.
  sampling.catch(() => undefined);
  return () => {
    watching = false;
    return sampling;
  };
}
