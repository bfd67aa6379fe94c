import { seedPending } from "../support/seed-consents.ts";
import { openStage } from "./stage.ts";

export interface SweepFigures {
  readonly pending: number;
  readonly latencyMs: number;
  readonly seconds: number;
  readonly directoryCalls: number;
  readonly tableRequests: number;
}

/** One sweep over so many consents that wait, none of which is due or granted. */
export async function measureSweep(pending: number, latencyMs: number): Promise<SweepFigures> {
  const stage = await openStage(0);
  try {
    const { cloud } = stage;
    const [host] = cloud.hosts;
    if (!host) throw new Error("The cloud has no host");
    await seedPending(cloud, 300);
    await host.runNow("consent-sweep");
    await seedPending(cloud, pending - 300);
    await cloud.setFaults({ directory: { latencyMs } });
    cloud.directory.resetRequests();
    cloud.tables.resetCounts();
    const startedAt = performance.now();
    const { succeeded } = await host.runNow("consent-sweep");
    const seconds = (performance.now() - startedAt) / 1000;
    if (!succeeded) throw new Error("The sweep failed");
    return {
      pending,
      latencyMs,
      seconds,
      directoryCalls: cloud.directory.requests().length,
      tableRequests: Object.values(cloud.tables.counts()).reduce((sum, count) => sum + count, 0),
    };
  } finally {
    await stage.stop();
  }
}
