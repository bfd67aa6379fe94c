import type { Cloud } from "../../../infra/local/cloud.ts";
import type { HostHandle } from "../../../infra/local/host/spawn.ts";

/**
 * Two hosts on one cloud: the first takes the customer's requests, both take messages. Killed ones are started again on their
 * port, as a platform would.
 */
export interface Pair {
  readonly api: string;
  kills(): number;
  /** SIGKILL, now. */
  killFirst(): void;
  killBoth(): void;
  /** Starts again whoever was killed; ready to serve when it resolves. */
  revive(): Promise<void>;
  /** Starts the first anew, as a deployment does: what a host does once an hour it does then. */
  renewFirst(): Promise<void>;
  /** Runs a timer function on the first host. */
  run(timer: string): Promise<void>;
  /** Runs a timer function on both at once. */
  runOnBoth(timer: string): Promise<void>;
}

export async function startPair(cloud: Cloud): Promise<Pair> {
  // Where Entra issues clients' tokens: a policy of Azure AD B2C takes secrets only.
  const environment = { TOKEN_ENDPOINT: cloud.directory.resourceCredential.tokenEndpoint };
  const start = (port?: number): Promise<HostHandle> =>
    cloud.startHost({ environment, ...(port !== undefined && { port }) });
  const pair: HostHandle[] = await Promise.all([start(), start()]);
  const dead = new Set<number>();
  let kills = 0;
  const kill = (index: number): void => {
    if (dead.has(index)) return;
    dead.add(index);
    kills += 1;
    pair[index]?.kill("SIGKILL");
  };
  const first = pair[0];
  if (!first) throw new Error("No host started");
  const startAgain = async (index: number): Promise<void> => {
    const port = pair[index]?.port ?? 0;
    await pair[index]?.exited;
    pair[index] = await start(port);
    dead.delete(index);
  };

  return {
    api: `${first.origin}/api`,
    kills: () => kills,
    killFirst: () => kill(0),
    killBoth: () => {
      kill(0);
      kill(1);
    },
    revive: async () => {
      await Promise.all([...dead].map(startAgain));
    },
    renewFirst: async () => {
      await pair[0]?.stop();
      await startAgain(0);
    },
    run: async (timer) => {
      await pair[0]?.runNow(timer);
    },
    runOnBoth: async (timer) => {
      await Promise.all(pair.map((host) => host.runNow(timer)));
    },
  };
}
