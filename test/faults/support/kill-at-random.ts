import { setTimeout as pause } from "node:timers/promises";
import type { Cloud } from "../../../infra/local/cloud.ts";

/** Kills one of the hosts (SIGKILL) every one to three seconds and starts another, until the time is over; answers when it did (epoch ms). */
export async function killAtRandom(
  cloud: Cloud,
  random: () => number,
  forMs: number,
): Promise<readonly number[]> {
  const until = Date.now() + forMs;
  const kills: number[] = [];
  while (Date.now() < until) {
    await pause(1_000 + random() * 2_000);
    const victim = cloud.hosts[Math.floor(random() * cloud.hosts.length)];
    if (!victim) throw new Error("There is no host to kill");
    victim.kill();
    kills.push(Date.now());
    await victim.exited;
    await cloud.startHost();
  }
  return kills;
}
