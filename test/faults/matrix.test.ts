import { beforeAll, describe, expect, test } from "vitest";
import { readTopology } from "../../infra/topology.ts";
import { eventually } from "../support/eventually.ts";
import { type Aftermath, aftermathOf } from "./support/matrix-aftermath.ts";
import { dealFaults, type MatrixFault, turnOf } from "./support/matrix-faults.ts";
import { type Lane, openLane } from "./support/matrix-lane.ts";
import { dealOperations } from "./support/matrix-operations.ts";
import { type Cell, type Prepared, prepareFault, runFault } from "./support/matrix-run.ts";
import type { AskedOperation } from "./support/matrix-subject.ts";

/**
 * Every kind of answer that the directory, the tables, the bus and the inbox can give, met by every operation. `npm test` runs a
 * slice of it, `npm run faults` all.
 */
const ALL = process.env["MATRIX"] === "all";
const CLOUDS = 3;
const RECONCILE_AFTER_MS = 5_000;
/** A request's deadline (functions/compose.ts). */
const REQUEST_MS = 0.8 * RECONCILE_AFTER_MS;
/** For the way there and back, on a machine that has more to do. */
const A_LITTLE_MS = 3_000;
const NEVER = "0 0 0 1 1 *";

/** `RemoteUnavailable` and what is one. */
const OUTAGES = /: (RemoteUnavailable|RecordsMissing|BusRefused):/;

const cells: Cell[] = [];
const aftermaths: Aftermath[] = [];
const failures: string[] = [];
const deadLettered: string[] = [];

async function startLane(): Promise<Lane> {
  const topology = readTopology();
  return openLane({
    // A message whose completion was lost comes back within seconds instead of a minute.
    topology: {
      ...topology,
      queues: topology.queues.map((queue) => ({ ...queue, lockDuration: "PT5S" })),
    },
    environment: {
      SUBSCRIPTION_WRITES_PER_MINUTE: "100000",
      RECONCILE_AFTER: `PT${RECONCILE_AFTER_MS / 1000}S`,
      RECONCILE_SCHEDULE: NEVER,
      CONSENT_SWEEP_SCHEDULE: NEVER,
      CONSENT_REVOCATION_SCHEDULE: NEVER,
    },
  });
}

/** One that was granted or deleted is on no list any more. */
const isWaiting = ({ needs }: AskedOperation): boolean => !/^(own|granted|deleted) /.test(needs);

/** Until every client stands on the operators' list: what is asked of a consent is asked of one that is there. */
async function everybodyTold({ cloud, host }: Lane, prepared: readonly Prepared[]): Promise<void> {
  const ids = prepared
    .flatMap(({ asked, looked, untold }) => [
      ...[looked, untold],
      ...asked.filter(({ operation }) => isWaiting(operation)).map(({ subject }) => subject),
    ])
    .flatMap(({ client }) => client?.id ?? []);
  await eventually(
    async () => {
      // Whoever was busy with another look is come back to by the sweep, which runs here when it is told to.
      await host.runNow("consent-sweep");
      const told = new Set(cloud.inbox.alerts().map(({ clientId }) => clientId));
      return ids.filter((id) => !told.has(id)).length;
    },
    (missing) => missing === 0,
    60_000,
  );
}

async function runLane(faults: readonly MatrixFault[]): Promise<void> {
  const lane = await startLane();
  const prepared: Prepared[] = [];
  for (const fault of faults)
    prepared.push(await prepareFault(lane, fault, dealOperations(ALL, turnOf(fault))));
  await everybodyTold(lane, prepared);
  const mine: Cell[] = [];
  for (const one of prepared) mine.push(...(await runFault(lane, one)));
  cells.push(...mine);
  aftermaths.push(await aftermathOf(lane, mine));
  failures.push(...lane.failures());
  for (const queue of ["consent", "operations"])
    if (lane.cloud.bus.entity(queue).deadLettered > 0) deadLettered.push(queue);
}

function report(seconds: number): void {
  const answered = cells.filter(({ answer }) => /^\d{3}/.test(answer));
  const fiveHundred = answered.filter(({ answer }) => answer.startsWith("500"));
  const slowest = Math.max(...answered.map(({ tookMs }) => tookMs));
  console.info(
    JSON.stringify({
      cells: cells.length,
      answered: answered.length,
      fiveHundred: fiveHundred.length,
      slowestMs: slowest,
      seconds,
    }),
  );
  if (!ALL) return;
  const rows = Map.groupBy(cells, ({ fault }) => fault);
  for (const [fault, own] of rows)
    console.info(`${fault}: ${own.map((c) => `${c.operation} ${c.answer}`).join(" | ")}`);
}

beforeAll(async () => {
  const began = performance.now();
  await Promise.all(dealFaults(ALL, CLOUDS).map(runLane));
  report(Math.round((performance.now() - began) / 1000));
}, 600_000);

describe(`${ALL ? "every" : "each kind of"} answer × every operation`, () => {
  test("is a documented answer, never 500, and says when to come again", () => {
    const wrong = cells
      .filter(({ complaints }) => complaints.length > 0)
      .map(({ fault, operation, answer, complaints }) => ({
        fault,
        operation,
        answer,
        complaints,
      }));
    expect(wrong).toEqual([]);
    expect(cells.length).toBeGreaterThan(0);
  });

  test(`comes within ${REQUEST_MS / 1000} s, the request's deadline`, () => {
    const late = cells
      .filter(({ answer, tookMs }) => /^\d{3}/.test(answer) && tookMs > REQUEST_MS + A_LITTLE_MS)
      .map(({ fault, operation, answer, tookMs }) => ({ fault, operation, answer, tookMs }));
    expect(late).toEqual([]);
  });

  test("makes no message or timer fail with anything but an outage, and no message is set aside", () => {
    expect(failures.filter((line) => !OUTAGES.test(line))).toEqual([]);
    expect(deadLettered).toEqual([]);
  });

  test.each([
    ["nothing is under way", "underWay"],
    ["nothing waits to be told", "notTold"],
    ["every client can be changed", "unusable"],
    ["a create asked for again under its key has made one client", "notOnce"],
    ["a certificate or a trust asked for again is there once, or gone", "keysNotOnce"],
    ["no secret is left that nobody was given", "secretsLeft"],
    ["operators were told of every client", "alertsLost"],
  ] as const)("when it is over, %s", (_, what) => {
    expect(aftermaths.flatMap((aftermath) => aftermath[what])).toEqual([]);
  });
});
