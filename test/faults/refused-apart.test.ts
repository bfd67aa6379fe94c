import { beforeAll, beforeEach, expect, test } from "vitest";
import type { Faults } from "../../infra/local/faults/faults.ts";
import { refusalOf } from "../support/api.ts";
import { NO_SWEEPS } from "../support/cloud.ts";
import { eventsOf } from "../support/events.ts";
import { eventually } from "../support/eventually.ts";
import { rows } from "./support/found.ts";
import { insistOnClient } from "./support/insist-on.ts";
import { type Lane, openLane } from "./support/matrix-lane.ts";

/**
 * What the directory refuses for good in one subscription is set aside at its first turn: it comes again neither before nor
 * between what others wait for.
 */

const LOST = 10;
const ABANDONED_MS = 5_000;

let lane: Lane;
beforeAll(async () => {
  lane = await openLane({
    environment: {
      ...NO_SWEEPS,
      RECONCILE_AFTER: `PT${ABANDONED_MS / 1000}S`,
      RECONCILE_SCHEDULE: "0 0 0 1 1 *",
    },
  });
});
beforeEach(() => lane.cloud.setFaults({}));

interface Left {
  readonly lost: readonly string[];
  readonly other: string;
}

/**
 * Secrets that were made and whose value never came: ten of one subscription, whose clients the directory does not let the
 * service touch from now on, and one of another.
 *
 * @param bus what is away while they are asked for, and with it the messages that would have them looked at
 */
async function abandon(bus: Faults["bus"]): Promise<Left> {
  const [loser, winner] = [await lane.api.customer(), await lane.api.customer()];
  const lost: string[] = [];
  while (lost.length < LOST) lost.push((await insistOnClient(loser.call, "Lost")).id);
  const { id: other } = await insistOnClient(winner.call, "Kept");
  await lane.cloud.setFaults({ bus, directory: { silence: { share: 1, afterCommit: true } } });
  const asked = [...lost.map((id) => ({ id, by: loser })), { id: other, by: winner }];
  // On a busy machine one may be told to come again before it was admitted.
  for (let missing = asked; missing.length > 0; ) {
    const answers = await Promise.all(
      missing.map(({ id, by }) =>
        by.call("POST", `/clients/${id}/secrets`, { json: { displayName: "Lost" } }),
      ),
    );
    expect(answers.map(refusalOf)).toEqual(answers.map(() => "503 unavailable"));
    const held = await underWay();
    missing = asked.filter(({ id }) => !held.includes(`busy:${id}`));
  }
  return { lost, other };
}

async function underWay(): Promise<string[]> {
  const clients = await rows(lane.cloud, "clients");
  return clients.map((row) => String(row["rowKey"])).filter((key) => key.startsWith("busy:"));
}

const parkedClients = async (): Promise<string> =>
  JSON.stringify((await lane.olga("GET", "/admin/operations")).body);

async function expectSettled({ lost, other }: Left): Promise<void> {
  const parked = await parkedClients();
  expect(lost.filter((id) => !parked.includes(id))).toEqual([]);
  expect(parked).not.toContain(other);
  expect(await eventsOf(lane.cloud, other)).toContain("secret.removed");
}

test(`${LOST} clients that were lost are looked at once each by the queue, and another subscription's too`, async () => {
  const left = await abandon(undefined);
  const before = lane.runs("operations").length;
  await lane.cloud.setFaults({ directory: { lostOwnership: [...left.lost] } });

  await eventually(underWay, ({ length }) => length === 0, 60_000);

  const ended = () =>
    lane
      .runs("operations")
      .slice(before)
      .filter((outcome) => ["parked", "undone"].includes(outcome));
  // The last run is told of a moment after its operation has ended.
  const outcomes = await eventually(ended, ({ length }) => length > LOST);
  expect(outcomes.toSorted()).toEqual([...Array.from({ length: LOST }, () => "parked"), "undone"]);
  await expectSettled(left);
}, 120_000);

test(`one run of the reconciler gets past ${LOST} clients that were lost, and takes back another subscription's secret`, async () => {
  const left = await abandon("down");
  const ripe = Date.now() + ABANDONED_MS;
  await lane.cloud.setFaults({ directory: { lostOwnership: [...left.lost] } });
  await eventually(
    () => Date.now(),
    (now) => now > ripe,
  );

  const ran = lane.watch()("reconcile", undefined, 30_000);
  await lane.host.runNow("reconcile");

  // More than these, if a message about them was kept too.
  const [, handled, failed, later] =
    /handled=(\d+) failed=(\d+) left=(\d+)/.exec((await ran).outcome) ?? [];
  expect({ handled: Number(handled) > LOST, failed, left: later }).toEqual({
    handled: true,
    failed: "0",
    left: "0",
  });
  expect(await underWay()).toEqual([]);
  await expectSettled(left);
}, 120_000);
