import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { build } from "../../infra/build.ts";
import { type HostHandle, spawnHost } from "../../infra/local/host/spawn.ts";
import { CREATE, consumed, postLoad, tokensOf } from "./post-load.ts";
import { processorMs } from "./process-usage.ts";
import { productCalls } from "./product-calls.ts";
import { openStage, type Stage } from "./stage.ts";
import { median } from "./statistics.ts";

const CONCURRENCY = 16;
const STARTS = 5;
/** Azure's host has the functions indexed and its own start to end before it hands the first request over. */
const UNTIL_FIRST_MS = 300;
/** On Azure a new instance finds nothing that was compiled before. */
const NOTHING_COMPILED = { NODE_COMPILE_CACHE: undefined };

/** Milliseconds of processor time of the process that runs the functions. */
export interface ProcessorFigures {
  readonly create: number;
  /** From the start of the process until the first GET of a client has been answered, and what it had begun is through. */
  readonly firstAnswers: number;
  readonly bareFunction: number;
  /** How long that GET took its caller on a host that had started 0.3 s before, directory latency 50 ms. */
  readonly firstGet: number;
}

export async function measureProcessor(creates: number): Promise<ProcessorFigures> {
  const stage = await openStage(0);
  const folder = await mkdtemp(join(tmpdir(), "latchkey-bare-"));
  try {
    await build({ entry: join(import.meta.dirname, "bare-function.ts"), outputFolder: folder });
    const [host] = stage.cloud.hosts;
    if (!host) throw new Error("The cloud has no host");
    const create = await perCreate(stage, host, creates);
    const token = await stage.token("first");
    const id = await productCalls(`${host.origin}/api`, token).create();
    await consumed(stage);
    await host.stop();
    const bare: number[] = [];
    const product: { readonly processor: number; readonly get: number }[] = [];
    for (let start = 0; start < STARTS; start += 1) {
      bare.push(await bareStart(folder));
      product.push(await productStart(stage, token, id));
    }
    return {
      create,
      firstAnswers: median(product.map(({ processor }) => processor)),
      bareFunction: median(bare),
      firstGet: median(product.map(({ get }) => get)),
    };
  } finally {
    await stage.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

async function perCreate(stage: Stage, host: HostHandle, creates: number): Promise<number> {
  const tokens = await tokensOf(stage, "processor", CONCURRENCY);
  const post = (requests: number) =>
    postLoad({
      url: `${host.origin}/api/clients`,
      tokens,
      body: CREATE,
      concurrency: CONCURRENCY,
      warmUp: 0,
      requests,
    });
  await post(creates);
  await consumed(stage);
  const before = await processorMs(host);
  await post(creates);
  await consumed(stage);
  return ((await processorMs(host)) - before) / creates;
}

async function bareStart(folder: string): Promise<number> {
  const host = await spawnHost({
    environment: { ...process.env, ...NOTHING_COMPILED },
    folder,
    port: 0,
  });
  await fetch(`${host.origin}/api/health/live`).then((answer) => answer.text());
  return usedAndStopped(host);
}

async function productStart(stage: Stage, token: string, id: string) {
  await stage.cloud.setFaults({ directory: { latencyMs: 50 } });
  const host = await stage.cloud.startHost({ environment: NOTHING_COMPILED });
  await pause(UNTIL_FIRST_MS);
  const calls = productCalls(`${host.origin}/api`, token);
  const startedAt = performance.now();
  await calls.get(id);
  const get = performance.now() - startedAt;
  return { processor: await usedAndStopped(host), get };
}

async function usedAndStopped(host: HostHandle): Promise<number> {
  await pause(500);
  const used = await processorMs(host);
  await host.stop();
  return used;
}
