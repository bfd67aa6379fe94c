import { setTimeout as pause } from "node:timers/promises";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Cloud } from "../../infra/local/cloud.ts";
import type { Faults } from "../../infra/local/faults/faults.ts";
import { readTopology } from "../../infra/topology.ts";
import { startTestCloud } from "../support/cloud.ts";
import { eventually } from "../support/eventually.ts";
import { audit, noDamage } from "./support/audit.ts";
import { look } from "./support/found.ts";
import { insist } from "./support/insist.ts";

/** `npm run faults` asks for all outages of 30 s in the middle of 200 creates; `npm test` runs a slice. */
const LONG = process.env["OUTAGES"] === "long";
const CREATES = LONG ? 200 : 24;
const OUTAGE_MS = LONG ? 30_000 : 1_000;
const AT_ONCE = 8;

let cloud: Cloud;

beforeAll(async () => {
  const topology = readTopology();
  cloud = await startTestCloud({
    hosts: 2,
    // A message whose completion was lost comes back within seconds instead of a minute.
    topology: {
      ...topology,
      queues: topology.queues.map((queue) => ({ ...queue, lockDuration: "PT2S" })),
    },
    environment: {
      MAX_CLIENTS_PER_SUBSCRIPTION: "10000",
      RECONCILE_AFTER: "PT4S",
      RECONCILE_SCHEDULE: "*/2 * * * * *",
      CONSENT_SWEEP_SCHEDULE: "*/2 * * * * *",
    },
  });
});

beforeEach(() => cloud.reset());

/** Creates in the middle of which a fault comes and goes; every caller insists, with its own key. */
async function createThrough(faults: Faults) {
  let answered = 0;
  let endedAt = 0;
  const outage = async (): Promise<void> => {
    await eventually(
      () => answered,
      (count) => count >= CREATES / 4,
    );
    await cloud.setFaults(faults);
    await pause(OUTAGE_MS);
    await cloud.setFaults({});
    endedAt = performance.now();
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
  return { wishes: answers.flat(), endedAt };
}

const outages: readonly {
  readonly name: string;
  readonly faults: Faults;
  readonly always?: true;
}[] = [
  { name: "the bus is down", faults: { bus: "down" }, always: true },
  { name: "the tables are down", faults: { tables: "down" }, always: true },
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
    always: true,
  },
  {
    name: "the directory lags 10 s and is slow",
    faults: { directory: { createLagMs: 10_000, latencyMs: 200 } },
  },
  {
    name: "the tables cut connections after commit",
    faults: { tables: { cutAfterCommit: { share: 0.3 } } },
  },
];

describe(`${CREATES} creates through an outage of ${OUTAGE_MS / 1000} s`, () => {
  test.each(outages.filter(({ always }) => LONG || always))(
    "$name: nothing is lost or doubled, and the service recovers by itself",
    async ({ name, faults }) => {
      const { wishes, endedAt } = await createThrough(faults);

      const damage = await eventually(
        async () => audit(await look(cloud), wishes),
        // The lists are read before the inbox: what is listed and told in between is settled at the next look.
        ({ journalRows, underWay, alertsLost, consentsApart }) =>
          journalRows + underWay + alertsLost.length + consentsApart.length === 0,
        30_000,
      );
      const seconds = Math.round((performance.now() - endedAt) / 1000);
      if (LONG) console.info(`${name}: all answered and settled ${seconds} s after its end`);
      expect(damage).toEqual(noDamage);
      expect(wishes).toHaveLength(CREATES);
      expect(wishes.flatMap(({ refusals }) => refusals).filter(({ polite }) => !polite)).toEqual(
        [],
      );
    },
    120_000 + OUTAGE_MS,
  );
});
