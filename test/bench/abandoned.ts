import * as z from "zod";
import { canCountUsage, processorMs } from "./process-usage.ts";
import { runChild } from "./run-child.ts";
import { openStage } from "./stage.ts";

/** Clients of one subscription: with account and operations one transaction. */
const EACH = 20;

export interface AbandonedFigures {
  readonly operations: number;
  readonly latencyMs: number;
  readonly seconds: number;
  readonly tableRequests: number;
  readonly directoryCalls: number;
  /** Processor time of the host, in seconds; not known everywhere. */
  readonly processorSeconds: number | undefined;
  /** What the run says of itself. */
  readonly outcome: string;
}

/** One run of the reconciler over operations that nobody works on any more: a quarter of each kind that changes a client. */
export async function measureAbandoned(
  operations: number,
  latencyMs: number,
): Promise<AbandonedFigures> {
  const stage = await openStage(0);
  try {
    const { cloud } = stage;
    const [host] = cloud.hosts;
    if (!host) throw new Error("The cloud has no host");
    const subscriptions = Math.ceil(operations / EACH);
    const { left } = await runChild(new URL("abandoned-process.ts", import.meta.url), {
      environment: cloud.settings,
      input: { subscriptions, each: EACH, startedAt: new Date(Date.now() - 3_600_000) },
      answer: z.object({ left: z.int() }),
    });
    await cloud.setFaults({ directory: { latencyMs } });
    cloud.directory.resetRequests();
    cloud.tables.resetCounts();
    const usedBefore = canCountUsage ? await processorMs(host) : undefined;
    const startedAt = performance.now();
    await host.runNow("reconcile");
    const seconds = (performance.now() - startedAt) / 1000;
    const used = usedBefore !== undefined && (await processorMs(host)) - usedBefore;
    const line = host.logs().findLast((one) => one.includes('"route":"reconcile"')) ?? "";
    return {
      operations: left,
      latencyMs,
      seconds,
      directoryCalls: cloud.directory.requests().length,
      tableRequests: Object.values(cloud.tables.counts()).reduce((sum, count) => sum + count, 0),
      processorSeconds: used === false ? undefined : used / 1000,
      outcome: /"outcome":"([^"]*)"/.exec(line)?.[1] ?? "",
    };
  } finally {
    await stage.stop();
  }
}
