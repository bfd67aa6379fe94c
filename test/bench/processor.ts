import { setTimeout as pause } from "node:timers/promises";
import type { HostHandle } from "../../infra/local/host/spawn.ts";
import { clientKey } from "../../shared/adapters/records/client-rows.ts";
import { type BareApps, bareApps, NOTHING_COMPILED } from "./bare-apps.ts";
import { BARE_CREATED_QUEUE, BARE_CREATES } from "./bare-names.ts";
import { CREATE, consumed, postLoad, tokensOf } from "./post-load.ts";
import { processorMs } from "./process-usage.ts";
import { productCalls } from "./product-calls.ts";
import { openStage, type Stage } from "./stage.ts";
import { median } from "./statistics.ts";

const CONCURRENCY = 16;
const STARTS = 5;
/** Azure's host has the functions indexed and its own start to end before it hands the first request over. */
const UNTIL_FIRST_MS = 300;

/** Milliseconds of processor time of the process that runs the functions. */
export interface ProcessorFigures {
  readonly create: number;
  /** The remote calls of a create and of what follows it, of an app that does nothing else. */
  readonly bareCreate: number;
  /** From the start of the process until the first GET of a client has been answered, and what it had begun is through. */
  readonly firstAnswers: number;
  /** The same of an app that does nothing but make the calls of the SDKs. */
  readonly bareAnswers: number;
  readonly bareFunction: number;
  /** How long that GET took its caller on a host that had started 0.3 s before, directory latency 50 ms. */
  readonly firstGet: number;
}

export async function measureProcessor(creates: number): Promise<ProcessorFigures> {
  const stage = await openStage(0);
  const apps = await bareApps(stage);
  try {
    const [host] = stage.cloud.hosts;
    if (!host) throw new Error("The cloud has no host");
    const tokens = await tokensOf(stage, "processor", CONCURRENCY);
    const create = await perCreate(stage, { host, path: "clients", tokens, creates });
    const token = await stage.token("first");
    const id = await productCalls(`${host.origin}/api`, token).create();
    await consumed(stage);
    await host.stop();
    const bareCreate = await perBareCreate(stage, apps, creates);
    await stage.cloud.setFaults({ directory: { latencyMs: 50 } });
    const { partitionKey, rowKey } = clientKey("first", id);
    const bareGet = ["api/bench", partitionKey, rowKey, id].map(encodeURI).join("/");
    const bare: number[] = [];
    const bareAnswers: number[] = [];
    const product: { readonly processor: number; readonly get: number }[] = [];
    for (let start = 0; start < STARTS; start += 1) {
      bare.push(await bareStart(await apps.start("bare-function"), "api/health/live"));
      bareAnswers.push(await bareStart(await apps.start("bare-first"), bareGet));
      product.push(await productStart(stage, token, id));
    }
    return {
      create,
      bareCreate,
      firstAnswers: median(product.map(({ processor }) => processor)),
      bareAnswers: median(bareAnswers),
      bareFunction: median(bare),
      firstGet: median(product.map(({ get }) => get)),
    };
  } finally {
    await stage.stop();
    await apps.remove();
  }
}

interface Creates {
  readonly host: HostHandle;
  readonly path: string;
  readonly tokens: readonly string[];
  readonly creates: number;
  /** Where what follows a create waits for its second. */
  readonly queue?: string;
}

/** With all that follows it, in a process that has made as many before. */
async function perCreate(stage: Stage, { host, path, tokens, creates, queue }: Creates) {
  const post = async () => {
    await postLoad({
      url: `${host.origin}/api/${path}`,
      ...{ tokens, body: CREATE, concurrency: CONCURRENCY, warmUp: 0, requests: creates },
    });
    await consumed(stage, queue);
  };
  await post();
  const before = await processorMs(host);
  await post();
  return ((await processorMs(host)) - before) / creates;
}

async function perBareCreate(stage: Stage, apps: BareApps, creates: number): Promise<number> {
  const host = await apps.start("bare-create");
  const bare = { path: BARE_CREATES, tokens: [], queue: BARE_CREATED_QUEUE };
  const figure = await perCreate(stage, { host, ...bare, creates });
  await host.stop();
  return figure;
}

async function bareStart(host: HostHandle, path: string): Promise<number> {
  await pause(UNTIL_FIRST_MS);
  const answer = await fetch(`${host.origin}/${path}`);
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${text}`);
  return usedAndStopped(host);
}

async function productStart(stage: Stage, token: string, id: string) {
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
