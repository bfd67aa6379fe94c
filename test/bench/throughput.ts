import { fork } from "node:child_process";
import { once } from "node:events";
import { setTimeout as pause } from "node:timers/promises";
import * as z from "zod";
import type { HostHandle } from "../../infra/local/host/spawn.ts";
import { runChild } from "./run-child.ts";
import { openStage, type Stage } from "./stage.ts";
import { median } from "./statistics.ts";

const CONCURRENCY = 32;
const ROUNDS = 3;
const SAMPLE_MS = 200;
/** Documented by Node; on Azure it goes into the app setting `languageWorkers__node__arguments`. */
export const BOUNDED = "--max-semi-space-size=8 --max-old-space-size=128";

/** Per second, medians of the rounds. */
export interface ThroughputFigures {
  /** Creates spread over as many subscriptions as requests are under way. */
  readonly creates: number;
  readonly createsSlowDirectory: number;
  readonly registrations: number;
  /** Resident set size of the host in MB: before the first request, and the largest sample under load. */
  readonly idleMb: number;
  readonly loadedMb: number;
  /** The same with a bounded heap. */
  readonly boundedMb: number;
}

const post = (input: object) =>
  runChild(new URL("load-process.ts", import.meta.url), {
    environment: {},
    input: { concurrency: CONCURRENCY, ...input },
    answer: z.object({ perSecond: z.number() }),
  }).then(({ perSecond }) => perSecond);

async function startRegistration(stage: Stage) {
  const child = fork(
    new URL("registration-process.ts", import.meta.url),
    [JSON.stringify({ tables: stage.cloud.addresses.tables })],
    { stdio: ["ignore", "ignore", "ignore", "ipc"] },
  );
  const [message] = await once(child, "message");
  const { port } = z.object({ port: z.int() }).parse(message);
  return { url: `http://127.0.0.1:${port}/reg`, stop: () => child.kill() };
}

/** Samples the host's memory until told to stop; the largest sample in MB. */
function watchMemory(host: HostHandle) {
  const megabytes = async () => (await host.rss()) / 1e6;
  let watching = true;
  const largest = (async () => {
    let most = 0;
    while (watching) {
      most = Math.max(most, await megabytes());
      await pause(SAMPLE_MS);
    }
    return most;
  })();
  // Whoever stops the watch learns of a host that has ended.
  largest.catch(() => undefined);
  return {
    stop: () => {
      watching = false;
      return largest;
    },
  };
}

/** Creates through the host, and dynamic registrations of `oidc-provider` on the same tables, in turn. */
export async function measureThroughput(requests: number): Promise<ThroughputFigures> {
  const stage = await openStage(0);
  const registration = await startRegistration(stage);
  try {
    const tokens = await Promise.all(
      Array.from({ length: CONCURRENCY }, (_, index) => stage.token(`bench-${index}`)),
    );
    const create = (round: number, host: HostHandle) =>
      post({
        url: `${host.origin}/api/clients`,
        tokens,
        body: JSON.stringify({ displayName: "Bench" }),
        warmUp: round === 0 ? 200 : CONCURRENCY,
        requests,
      });
    const [host] = stage.cloud.hosts;
    if (!host) throw new Error("The cloud has no host");
    const idleMb = (await host.rss()) / 1e6;
    const memory = watchMemory(host);
    const creates: number[] = [];
    const slow: number[] = [];
    const registrations: number[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      await stage.cloud.setFaults({ directory: { latencyMs: 0 } });
      creates.push(await create(round, host));
      await consumed(stage);
      await stage.cloud.setFaults({ directory: { latencyMs: 50 } });
      slow.push(await create(1, host));
      await consumed(stage);
      registrations.push(
        await post({
          url: registration.url,
          tokens: [],
          body: JSON.stringify({
            client_name: "Bench",
            redirect_uris: [],
            response_types: [],
            grant_types: ["client_credentials"],
          }),
          warmUp: round === 0 ? 200 : CONCURRENCY,
          requests,
        }),
      );
    }
    const loadedMb = await memory.stop();
    await host.stop();
    const bounded = await stage.cloud.startHost({ environment: { NODE_OPTIONS: BOUNDED } });
    const boundedMemory = watchMemory(bounded);
    await create(0, bounded);
    await consumed(stage);
    return {
      creates: median(creates),
      createsSlowDirectory: median(slow),
      registrations: median(registrations),
      idleMb,
      loadedMb,
      boundedMb: await boundedMemory.stop(),
    };
  } finally {
    registration.stop();
    await stage.stop();
  }
}

/** The consumer has worked off what the creates have sent: it must not run into the next measurement. */
async function consumed({ cloud }: Stage): Promise<void> {
  while (cloud.bus.entity("consent").active > 0) await pause(100);
}
