import { setTimeout as pause } from "node:timers/promises";
import type { Cloud } from "../../../infra/local/cloud.ts";

/**
 * Kills each of the hosts (SIGKILL) one to three seconds after it is up and starts another, until the time is over. The hosts
 * do not wait for each other, so that at times none is up.
 *
 * @returns when it did (epoch ms)
 */
export async function killAtRandom(
  cloud: Cloud,
  random: () => number,
  forMs: number,
): Promise<readonly number[]> {
  const until = Date.now() + forMs;
  const kills: number[] = [];
  const lane = async (first: Cloud["hosts"][number]): Promise<void> => {
    for (let host = first; ; host = await cloud.startHost()) {
      await pause(1_000 + random() * 2_000);
      if (Date.now() > until) return;
      host.kill();
      kills.push(Date.now());
      await host.exited;
    }
  };
  await Promise.all(cloud.hosts.map(lane));
  return kills;
}
