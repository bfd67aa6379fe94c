import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Cloud } from "../../infra/local/cloud.ts";
import { readTopology } from "../../infra/topology.ts";
import { noteLine } from "../support/after-file.ts";
import { startTestCloud } from "../support/cloud.ts";
import { type EventReader, readEvents } from "../support/event-reader.ts";
import { eventually } from "../support/eventually.ts";
import { seeded } from "../support/random.ts";
import { seedRequested } from "../support/seed-consents.ts";
import { lockLostIn, STAGES, tallyConsents } from "./support/consent-tally.ts";
import { killAtRandom } from "./support/kill-at-random.ts";

/** `npm run faults:consent` asks for 500 and a minute, with and without failing channels; `npm test` runs a slice of it. */
const PENDING = Number(process.env["CONSENT_PENDING"] ?? 12);
const KILL_FOR_MS = 1_000 * Number(process.env["CONSENT_KILL_SECONDS"] ?? 6);
const SLA_SECONDS = Number(process.env["CONSENT_SLA_SECONDS"] ?? 6);
const FAILING = Number(process.env["CONSENT_FAILING"] ?? 0.2);
const SEED = Number(process.env["FAULT_SEED"] ?? 20261121);
/** What is left behind is picked up within seconds, so that a test need not wait for minutes. */
const ABANDONED_SECONDS = Number(process.env["CONSENT_ABANDONED_SECONDS"] ?? 10);
const IS_SLICE = PENDING <= 100;
const EVENTS_OF_A_LIFE = STAGES.length + 1;

let cloud: Cloud;
const locksLost = new Set<string>();
let reader: EventReader;
beforeAll(async () => {
  const topology = readTopology();
  cloud = await startTestCloud({
    hosts: 2,
    onHostLine: (line) => {
      noteLine(line);
      const operation = lockLostIn(line);
      if (operation) locksLost.add(operation);
    },
    // The slice cannot wait a minute for what a dead host held; the long version keeps Azure's own time.
    topology: {
      ...topology,
      queues: topology.queues.map((queue) =>
        IS_SLICE ? { ...queue, lockDuration: "PT10S" } : queue,
      ),
    },
    environment: {
      CONSENT_SLA: `PT${SLA_SECONDS}S`,
      RECONCILE_AFTER: `PT${ABANDONED_SECONDS}S`,
      CONSENT_SWEEP_SCHEDULE: IS_SLICE ? "*/2 * * * * *" : "*/15 * * * * *",
    },
  });
  reader = readEvents(cloud);
});
afterAll(() => reader.stop());

test(
  `${PENDING} pending, two hosts killed for ${KILL_FOR_MS / 1000} s, ${FAILING * 100} % of deliveries refused: each stage once`,
  async () => {
    await cloud.setFaults({ inbox: { share: FAILING } });
    const records = await seedRequested(cloud, PENDING, SLA_SECONDS * 1_000);
    const ids = records.map(({ id }) => id);

    const kills = await killAtRandom(cloud, seeded(SEED), KILL_FOR_MS);

    const waitMs = 30_000 + SLA_SECONDS * 1_500 + PENDING * 2_000;
    const settled = await eventually(
      async () => {
        const { lost } = tallyConsents(cloud.inbox, records, { kills, locksLost });
        const told = new Set(reader.events().map(({ id }) => id)).size;
        const events = PENDING * EVENTS_OF_A_LIFE - told;
        await pause(500);
        return { ...lost, events };
      },
      (missing) => Object.values(missing).every((count) => count === 0),
      waitMs,
    );
    const told = tallyConsents(cloud.inbox, records, { kills, locksLost });
    const { deadLettered } = cloud.bus.entity("consent");
    const events = reader.events().filter(({ subject }) => ids.includes(subject));
    const repeatedEvents = events.length - new Set(events.map(({ id }) => id)).size;
    console.info(
      JSON.stringify({
        kills: kills.length,
        locksLost: locksLost.size,
        ...settled,
        ...told,
        repeatedEvents,
        deadLettered,
      }),
    );

    expect(told).toMatchObject({
      lost: { webhook: 0, teams: 0, email: 0 },
      idsMixed: 0,
      unexplained: [],
    });
    expect(deadLettered).toBe(0);
    expect(repeatedEvents).toBe(0);
    for (const id of ids) expect(new Set(reader.typesOf(id)).size).toBe(EVENTS_OF_A_LIFE - 1);
  },
  60_000 + KILL_FOR_MS + SLA_SECONDS * 3_000 + PENDING * 2_000,
);
