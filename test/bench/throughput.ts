import { fork } from "node:child_process";
import { once } from "node:events";
import * as z from "zod";
import { CREATE, consumed, postLoad, tokensOf } from "./post-load.ts";
import { openStage, type Stage } from "./stage.ts";
import { median } from "./statistics.ts";

const CONCURRENCY = 32;
const ROUNDS = 3;

/** Per second, medians of the rounds. */
export interface ThroughputFigures {
  /** Creates spread over as many subscriptions as requests are under way. */
  readonly creates: number;
  readonly createsSlowDirectory: number;
  readonly registrations: number;
}

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

/** What `oidc-provider` is asked for. */
const REGISTRATION = JSON.stringify({
  client_name: "Bench",
  redirect_uris: [],
  response_types: [],
  grant_types: ["client_credentials"],
});

/** Creates through the host, and dynamic registrations of `oidc-provider` on the same tables, in turn. */
export async function measureThroughput(requests: number): Promise<ThroughputFigures> {
  const stage = await openStage(0);
  const registration = await startRegistration(stage);
  try {
    const tokens = await tokensOf(stage, "bench", CONCURRENCY);
    const post = async (
      what: { url: string; tokens: readonly string[]; body: string },
      first: boolean,
    ) => {
      const warmUp = first ? 200 : CONCURRENCY;
      const { perSecond } = await postLoad({ ...what, concurrency: CONCURRENCY, warmUp, requests });
      return perSecond;
    };
    const create = { url: `${stage.cloud.addresses.api}/clients`, tokens, body: CREATE };
    const register = { url: registration.url, tokens: [], body: REGISTRATION };
    const creates: number[] = [];
    const slow: number[] = [];
    const registrations: number[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      await stage.cloud.setFaults({ directory: { latencyMs: 0 } });
      creates.push(await post(create, round === 0));
      await consumed(stage);
      await stage.cloud.setFaults({ directory: { latencyMs: 50 } });
      slow.push(await post(create, false));
      await consumed(stage);
      registrations.push(await post(register, round === 0));
    }
    return {
      creates: median(creates),
      createsSlowDirectory: median(slow),
      registrations: median(registrations),
    };
  } finally {
    registration.stop();
    await stage.stop();
  }
}
