import { setTimeout as pause } from "node:timers/promises";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Cloud } from "../../infra/local/cloud.ts";
import type { Faults } from "../../infra/local/faults/faults.ts";
import { startTestCloud } from "../support/cloud.ts";
import { eventually } from "../support/eventually.ts";
import { audit, noDamage } from "./support/audit.ts";
import { insist } from "./support/insist.ts";

/** `npm run faults` asks for 200 creates and 30 s; `npm test` runs a slice. */
const CREATES = Number(process.env["OUTAGE_CREATES"] ?? 40);
const OUTAGE_MS = Number(process.env["OUTAGE_SECONDS"] ?? 1.5) * 1000;
const AT_ONCE = 8;

let cloud: Cloud;

beforeAll(async () => {
  cloud = await startTestCloud({
    hosts: 2,
    environment: {
      MAX_CLIENTS_PER_SUBSCRIPTION: "10000",
      RECONCILE_AFTER: "PT4S",
      RECONCILE_SCHEDULE: "*/2 * * * * *",
    },
  });
});

beforeEach(() => cloud.reset());

/** Creates in the middle of which a fault comes and goes; every caller insists, with its own key. */
async function createThrough(faults: Faults) {
  let answered = 0;
  const outage = async (): Promise<void> => {
    await eventually(
      () => answered,
      (count) => count >= CREATES / 4,
    );
    await cloud.setFaults(faults);
    await pause(OUTAGE_MS);
    await cloud.setFaults({});
  };
  let begun = 0;
  const caller = async () => {
    const mine = [];
    for (; begun < CREATES; ) {
      const host = cloud.hosts[begun % 2];
      begun += 1;
      mine.push(await insist(`${host?.origin}/api`, cloud.addresses.users.ann.accessToken));
      answered += 1;
    }
    return mine;
  };
  const [, ...answers] = await Promise.all([outage(), ...Array.from({ length: AT_ONCE }, caller)]);
  return answers.flat();
}

describe(`${CREATES} creates through an outage of ${OUTAGE_MS / 1000} s`, () => {
  test.each<{ name: string; faults: Faults }>([
    { name: "the bus is down", faults: { bus: "down" } },
    { name: "the tables are down", faults: { tables: "down" } },
    { name: "the directory is down", faults: { directory: "down" } },
    {
      name: "the directory throttles with Retry-After",
      faults: { directory: { throttle: { share: 0.5, retryAfterSeconds: 7 } } },
    },
    {
      name: "the directory throttles without Retry-After",
      faults: { directory: { throttle: { share: 1 } } },
    },
    {
      name: "the directory fails before it does anything",
      faults: { directory: { serverError: { share: 0.5, status: 503 } } },
    },
    {
      name: "the directory cuts connections after commit",
      faults: { directory: { cutAfterCommit: { share: 0.5 } } },
    },
    {
      name: "the directory lags 10 s and is slow",
      faults: { directory: { createLagMs: 10_000, latencyMs: 200 } },
    },
    {
      name: "the tables cut connections after commit",
      faults: { tables: { cutAfterCommit: { share: 0.3 } } },
    },
  ])(
    "$name: nothing is lost or doubled, and the service recovers by itself",
    async ({ faults }) => {
      const wishes = await createThrough(faults);

      const damage = await eventually(
        () => audit(cloud, wishes),
        ({ journalRows, alertsLost }) => journalRows === 0 && alertsLost.length === 0,
        30_000,
      );
      expect(damage).toEqual(noDamage);
      expect(wishes).toHaveLength(CREATES);
      expect(wishes.flatMap(({ refusals }) => refusals).filter((told) => !told.polite)).toEqual([]);
    },
    120_000 + OUTAGE_MS,
  );
});
