import { setTimeout as pause } from "node:timers/promises";
import type { HostHandle } from "../../infra/local/host/spawn.ts";
import { bareApps } from "./bare-apps.ts";
import { BARE_CREATED_QUEUE, BARE_CREATES } from "./bare-names.ts";
import { CREATE, consumed, postLoad, tokensOf } from "./post-load.ts";
import { residentMb } from "./process-usage.ts";
import { openStage, type Stage } from "./stage.ts";

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
  /** The same of an app that makes clients with the SDKs alone. */
  readonly bareMb: number;
  readonly perSecond: number;
}

export async function measureMemory(creates: number): Promise<MemoryFigures[]> {
  const stage = await openStage(0);
  const apps = await bareApps(stage);
  const figures: MemoryFigures[] = [];
  try {
    await stage.cloud.hosts[0]?.stop();
    const tokens = await tokensOf(stage, "memory", CONCURRENCY);
    for (const bounds of BOUNDS) {
      const environment = { NODE_OPTIONS: bounds };
      const product = await underCreates(stage, await stage.cloud.startHost({ environment }), {
        ...{ path: "clients", tokens, queue: "consent", creates },
      });
      const bare = await underCreates(stage, await apps.start("bare-create", environment), {
        ...{ path: BARE_CREATES, tokens: [], queue: BARE_CREATED_QUEUE, creates },
      });
      figures.push({ bounds, ...product, bareMb: bare.loadedMb });
    }
    return figures;
  } finally {
    await stage.stop();
    await apps.remove();
  }
}

interface Creates {
  readonly path: string;
  readonly tokens: readonly string[];
  /** Where what follows a create waits for its second. */
  readonly queue: string;
  readonly creates: number;
}

/** The host is stopped after them. */
async function underCreates(
  stage: Stage,
  host: HostHandle,
  { path, tokens, queue, creates }: Creates,
) {
  await pause(2_000);
  const idleMb = await residentMb(host);
  const memory = largest(host);
  const { perSecond } = await postLoad({
    url: `${host.origin}/api/${path}`,
    ...{ tokens, body: CREATE, concurrency: CONCURRENCY, warmUp: creates, requests: creates },
  });
  await consumed(stage, queue);
  const loadedMb = await memory();
  await host.stop();
  return { idleMb, loadedMb, perSecond };
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
