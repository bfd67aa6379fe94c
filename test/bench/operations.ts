import * as z from "zod";
import { type LogLine, logLines } from "../support/log-lines.ts";
import { runChild } from "./run-child.ts";
import { openStage, type Stage } from "./stage.ts";
import { percentile, spread } from "./statistics.ts";

const Samples = z.record(
  z.string(),
  z.object({ product: z.array(z.number()), bare: z.array(z.number()) }),
);

/** What the log calls each operation. */
const ROUTES: Readonly<Record<string, string>> = {
  create: "clients-create",
  "list 1": "clients-list",
  "list 20": "clients-list",
  get: "clients-get",
  rename: "clients-rename",
  delete: "clients-delete",
  "add secret": "secrets-add",
  "remove secret": "secrets-remove",
};

/** Milliseconds; the counts are those of the service's own log line. */
export interface OperationFigures {
  readonly operation: string;
  readonly p50: number;
  readonly p95: number;
  readonly bareP50: number;
  readonly bareP95: number;
  readonly ratio: number;
  /** Half the distance between the quartiles, in per cent of the median. */
  readonly noise: number;
  readonly directoryCalls: number;
  readonly tableOperations: number;
  readonly messages: number;
}

export async function measureOperations(options: {
  readonly latencyMs: number;
  readonly rounds: number;
}): Promise<OperationFigures[]> {
  const stage = await openStage(options.latencyMs);
  try {
    const { cloud } = stage;
    const samples = await runChild(new URL("operations-process.ts", import.meta.url), {
      environment: cloud.settings,
      input: {
        api: cloud.addresses.api,
        lives: await stage.token("bench-lives"),
        single: await stage.token("bench-single"),
        full: await stage.token("bench-full"),
        warmUp: 10,
        rounds: options.rounds,
      },
      answer: Samples,
    });
    const counts = countsOf(cloud);
    return Object.entries(samples).map(([operation, { product, bare }]) => {
      const count = counts.get(ROUTES[operation] ?? "");
      if (!count) throw new Error(`The log does not tell what ${operation} cost`);
      return {
        operation,
        p50: percentile(product, 0.5),
        p95: percentile(product, 0.95),
        bareP50: percentile(bare, 0.5),
        bareP95: percentile(bare, 0.95),
        ratio: percentile(product, 0.5) / percentile(bare, 0.5),
        noise: spread(product),
        ...count,
      };
    });
  } finally {
    await stage.stop();
  }
}

/** The last successful line of each route. */
function countsOf(cloud: Stage["cloud"]) {
  const counts = new Map<
    string,
    Pick<LogLine, "directoryCalls" | "tableOperations" | "messages">
  >();
  for (const { route, outcome, directoryCalls, tableOperations, messages } of logLines(
    cloud,
  ).values())
    if (outcome === "done") counts.set(route, { directoryCalls, tableOperations, messages });
  return counts;
}
