import { logLines } from "../support/log-lines.ts";
import { CREATE, consumed, type Load, postLoad, tokensOf } from "./post-load.ts";
import { openStage, type Stage } from "./stage.ts";
import { median } from "./statistics.ts";

const CROWD = 32;
const ROUNDS = 3;

/** Medians of the rounds; `tableRequests` is what one create cost, by the service's own log lines. */
export interface CrowdFigures extends Load {
  readonly subscriptions: number;
  readonly tableRequests: number;
}

/** Creates, 32 at once, all of one subscription and each of its own, in turn. */
export async function measureCrowd(requests: number): Promise<CrowdFigures[]> {
  const stage = await openStage(0);
  try {
    const sides = [
      { subscriptions: 1, tokens: await tokensOf(stage, "one", 1) },
      { subscriptions: CROWD, tokens: await tokensOf(stage, "many", CROWD) },
    ];
    const loads = new Map<number, (Load & { readonly tableRequests: number })[]>();
    for (let round = -1; round < ROUNDS; round += 1) {
      for (const { subscriptions, tokens } of round % 2 === 0 ? sides : sides.toReversed()) {
        const before = new Set(logLines(stage.cloud).keys());
        const load = await postLoad({
          url: `${stage.cloud.addresses.api}/clients`,
          tokens,
          body: CREATE,
          concurrency: CROWD,
          warmUp: 0,
          requests,
        });
        await consumed(stage);
        if (round < 0) continue;
        const tableRequests = requestsPerCreate(stage, before);
        loads.set(subscriptions, [...(loads.get(subscriptions) ?? []), { ...load, tableRequests }]);
      }
    }
    return sides.map(({ subscriptions }) => {
      const rounds = loads.get(subscriptions) ?? [];
      const middle = (figure: keyof Load | "tableRequests") =>
        median(rounds.map((one) => one[figure]));
      return {
        subscriptions,
        perSecond: middle("perSecond"),
        p50: middle("p50"),
        p95: middle("p95"),
        tableRequests: middle("tableRequests"),
      };
    });
  } finally {
    await stage.stop();
  }
}

function requestsPerCreate({ cloud }: Stage, before: ReadonlySet<string>): number {
  const creates = [...logLines(cloud)].filter(
    ([invocation, line]) => line.route === "clients-create" && !before.has(invocation),
  );
  const all = creates.reduce((sum, [, line]) => sum + line.tableOperations, 0);
  return all / creates.length;
}
