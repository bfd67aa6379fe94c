import { cpus, totalmem } from "node:os";
import type { GrowthFigures } from "./growth.ts";
import type { LoadFigures } from "./load-time.ts";
import type { OperationFigures } from "./operations.ts";
import { aim, table, whole } from "./report-table.ts";
import { type UnderLoadFigures, underLoad } from "./report-under-load.ts";
import type { ThroughputFigures } from "./throughput.ts";

export interface Figures extends UnderLoadFigures {
  readonly operations: readonly OperationFigures[];
  readonly throughput: ThroughputFigures;
  readonly load: LoadFigures;
  readonly growth: readonly GrowthFigures[];
  /** Processes that wanted the processor, on average over the run. */
  readonly machineLoad: number;
}

const ms = (value: number): string => (value >= 100 ? value.toFixed(0) : value.toFixed(1));
const ratio = (value: number): string => value.toFixed(2);

/** All figures of one run as Markdown: what is printed is what docs/performance.md shows. */
export function report(figures: Figures): string {
  const { operations, throughput, load, growth, machineLoad } = figures;
  const [processor] = cpus();
  const machine = [
    `${cpus().length} × ${processor?.model.trim() ?? "unknown processor"}`,
    `${whole(totalmem() / 1e9)} GB`,
    `Node ${process.versions.node}`,
    `${process.platform} ${process.arch}`,
    `load average ${machineLoad.toFixed(1)}`,
  ];
  const worst = Math.max(...growth.flatMap((one) => [one.createRatio, one.listRatio]));
  return [
    `${new Date().toISOString().slice(0, 10)} · ${machine.join(" · ")}`,
    "**Operations**, milliseconds, directory latency 50 ms (aim: ratio ≤ 1.10)",
    table(
      [
        "operation",
        "p50",
        "p95",
        "bare p50",
        "bare p95",
        "ratio",
        "aim",
        "± %",
        "directory",
        "table",
        "bus",
      ],
      operations.map((one) => [
        one.operation,
        ms(one.p50),
        ms(one.p95),
        ms(one.bareP50),
        ms(one.bareP95),
        ratio(one.ratio),
        aim(one.ratio <= 1.1),
        whole(one.noise),
        `${one.directoryCalls}`,
        `${one.tableOperations}`,
        `${one.messages}`,
      ]),
    ),
    "**Throughput** at 32 requests at once, per second (aim: creates ahead of registrations)",
    table(
      ["what", "per second", "aim"],
      [
        [
          "creates, directory latency 0",
          whole(throughput.creates),
          aim(throughput.creates > throughput.registrations),
        ],
        [
          "creates, directory latency 50 ms",
          whole(throughput.createsSlowDirectory),
          aim(throughput.createsSlowDirectory > throughput.registrations),
        ],
        ["oidc-provider, dynamic registrations", whole(throughput.registrations), ""],
      ],
    ),
    ...underLoad(figures),
    "**Load time** in fresh processes, milliseconds (aim: ≤ ¼)",
    table(
      ["until", "dist/main.js", "unbundled source", "ratio", "aim"],
      [
        [
          "the functions are registered",
          whole(load.bundle),
          whole(load.source),
          ratio(load.ratio),
          aim(load.ratio <= 0.25),
        ],
        [
          "everything is loaded",
          whole(load.bundleComplete),
          whole(load.sourceComplete),
          ratio(load.bundleComplete / load.sourceComplete),
          "",
        ],
      ],
    ),
    `**Growth**, p50 in milliseconds, directory latency 50 ms (aim: ratio ≤ 1.2; ${aim(worst <= 1.2)})`,
    table(
      [
        "clients in the records",
        "create",
        "ratio",
        "list 20",
        "ratio",
        "its table query alone",
        "list less query",
      ],
      growth.map((one) => [
        one.clients,
        ms(one.create),
        ratio(one.createRatio),
        ms(one.list),
        ratio(one.listRatio),
        ms(one.query),
        ms(one.list - one.query),
      ]),
    ),
  ].join("\n\n");
}
