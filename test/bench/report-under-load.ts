import type { AbandonedFigures } from "./abandoned.ts";
import type { CrowdFigures } from "./crowd.ts";
import type { DueFigures } from "./due.ts";
import type { MemoryFigures } from "./memory.ts";
import type { ProcessorFigures } from "./processor.ts";
import { aim, table, whole } from "./report-table.ts";
import type { SweepFigures } from "./sweep.ts";

export interface UnderLoadFigures {
  readonly crowd: readonly CrowdFigures[];
  readonly sweeps: readonly SweepFigures[];
  readonly abandoned: AbandonedFigures;
  readonly due: readonly DueFigures[];
  /** Both counted by Linux, and known only there. */
  readonly memory: readonly MemoryFigures[] | undefined;
  readonly processor: ProcessorFigures | undefined;
}

const count = (value: number): string => value.toLocaleString("en");

/** What many at once, or many that wait, cost: the part of the report that is about load. */
export function underLoad(figures: UnderLoadFigures): string[] {
  const { crowd, sweeps, abandoned, due, memory, processor } = figures;
  const isFlat = new Set(due.map(({ requests, rowsRead }) => `${requests} ${rowsRead}`)).size === 1;
  const crowdP95 =
    Math.max(...crowd.map(({ p95 }) => p95)) / Math.min(...crowd.map(({ p95 }) => p95));
  return [
    `**One subscription**: creates, 32 at once (aim: p95 at most twice as long in one subscription; ${crowdP95.toFixed(1)} times, ${aim(crowdP95 <= 2)})`,
    table(
      ["subscriptions", "p50 ms", "p95 ms", "per second", "table requests a create"],
      crowd.map((one) => [
        whole(one.subscriptions),
        whole(one.p50),
        whole(one.p95),
        whole(one.perSecond),
        one.tableRequests.toFixed(1),
      ]),
    ),
    "**Sweep** over consents that wait (aims: 5,000 at 50 ms within 2 s; 20,000 at 300 ms within 12 s, which is 100,000 within 60 s)",
    table(
      ["pending", "directory ms", "seconds", "directory calls", "table requests"],
      sweeps.map((one) => [
        count(one.pending),
        whole(one.latencyMs),
        one.seconds.toFixed(1),
        whole(one.directoryCalls),
        whole(one.tableRequests),
      ]),
    ),
    `**Abandoned operations** ended by one run of the reconciler (aim: within 3 s; ${aim(abandoned.seconds <= 3)})`,
    table(
      [
        "operations",
        "directory ms",
        "seconds",
        "host's processor s",
        "table requests",
        "directory calls",
      ],
      [
        [
          count(abandoned.operations),
          whole(abandoned.latencyMs),
          abandoned.seconds.toFixed(1),
          abandoned.processorSeconds?.toFixed(1) ?? "",
          count(abandoned.tableRequests),
          count(abandoned.directoryCalls),
        ],
      ],
    ),
    `**What is due of secrets** on a day, in Azurite (aim: it costs what is due and not what there is; ${aim(isFlat)})`,
    table(
      ["secrets", "due", "handled", "table requests", "rows read", "seconds"],
      due.map((one) => [
        count(one.secrets),
        count(one.due),
        count(one.handled),
        count(one.requests),
        count(one.rowsRead),
        one.seconds.toFixed(1),
      ]),
    ),
    ...(processor ? [processorTitle(processor), processorTable(processor)] : []),
    ...(memory
      ? ["**Memory**, MB resident, 16 creates at once (aim: ≤ 120)", memoryTable(memory)]
      : []),
  ];
}

const processorTitle = ({ create, firstAnswers, bareFunction }: ProcessorFigures): string =>
  `**Processor time** of the process that runs the functions, milliseconds (aims: a create 6, ${aim(create <= 6)}; first answers 150 above a bare function, ${aim(firstAnswers - bareFunction <= 150)})`;

const processorTable = (one: ProcessorFigures): string =>
  table(
    ["what", "ms"],
    [
      ["a create with all that follows it", one.create.toFixed(1)],
      ["its remote calls, by the SDKs alone", one.bareCreate.toFixed(1)],
      [
        "from its start to the first GET of a client, with all that is fetched ahead",
        whole(one.firstAnswers),
      ],
      ["the same with the SDKs alone", whole(one.bareAnswers)],
      ["the same of a bare function", whole(one.bareFunction)],
      ["that GET, as its caller sees it, directory latency 50 ms", whole(one.firstGet)],
    ],
  );

const memoryTable = (all: readonly MemoryFigures[]): string =>
  table(
    ["bounds", "idle", "most", "most with the SDKs alone", "creates a second"],
    all.map(({ bounds, idleMb, loadedMb, bareMb, perSecond }) => [
      bounds ? `\`${bounds}\`` : "none",
      whole(idleMb),
      whole(loadedMb),
      whole(bareMb),
      whole(perSecond),
    ]),
  );
