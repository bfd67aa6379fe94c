import { readdir, readFile } from "node:fs/promises";
import type { HostHandle } from "../../infra/local/host/spawn.ts";

/**
 * What the process that runs the functions has used, as Linux counts it: the host's own, or that of Microsoft's worker where
 * the host has started one (docs/local-host.md).
 */

/** Only there is `/proc`. */
export const canCountUsage = process.platform === "linux";

async function servingProcess({ pid }: HostHandle): Promise<number> {
  const tasks = await readdir(`/proc/${pid}/task`);
  for (const task of tasks) {
    const children = await readFile(`/proc/${pid}/task/${task}/children`, "utf8");
    const [child] = children.trim().split(" ");
    if (child) return Number(child);
  }
  return pid;
}

/** Processor time of all its threads until now, in milliseconds. */
export async function processorMs(host: HostHandle): Promise<number> {
  const pid = await servingProcess(host);
  let nanoseconds = 0;
  for (const task of await readdir(`/proc/${pid}/task`)) {
    const [running] = (await readFile(`/proc/${pid}/task/${task}/schedstat`, "utf8")).split(" ");
    nanoseconds += Number(running);
  }
  return nanoseconds / 1e6;
}

/** Resident set size now, in MB. */
export async function residentMb(host: HostHandle): Promise<number> {
  const status = await readFile(`/proc/${await servingProcess(host)}/status`, "utf8");
  return Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1]) / 1e3;
}
