import { describe, expect, test } from "vitest";
import type { Decision } from "../../../shared/consent/decisions/decision.ts";
import { sweepConsents } from "../../../shared/consent/sweeps/sweep.ts";
import { type ConsentWorld, consentWorld } from "../../support/consent-world.ts";
import { aRecord, later, NOON, newId } from "../../support/samples.ts";

/** What others have left to the sweep, or have done while it was reading. */

const HOUR = 3_600_000;
const NOTHING = {
  ...{ pending: 0, oldestSeconds: 0, overdueSeconds: 0, granted: 0, checks: 0, finished: 0 },
  ...{ poison: 0, digested: 0, failed: 0, left: 0 },
};

const listedOf = async (world: ConsentWorld, id: string) =>
  (await world.deps.cases.get("pending", id)) ?? expect.unreachable();
/** A client that was told of, and is checked again at the time. */
async function waiting(world: ConsentWorld, nextCheckAt: Date, byMessage = false) {
  const record = await world.client();
  const { found } = await listedOf(world, record.id);
  const told = { "requested:": ["webhook", "email", "events"] };
  await world.list({ ...found, clock: { ...{ nextCheckAt, byMessage, attempts: 0 }, told } });
  return record;
}

test("nothing at all is nothing", async () => {
  expect(await sweepConsents(consentWorld().deps)).toEqual(NOTHING);
});

describe("a decision that was begun", () => {
  const begun = async (world: ConsentWorld, claim?: Decision["claim"]) => {
    const record = await waiting(world, later(12 * HOUR));
    const { found: subject } = await listedOf(world, record.id);
    const decision = { to: "rejected" as const, subject, id: newId(), at: NOON, told: [] };
    await world.deps.cases.begin({ ...decision, ...(claim && { claim }) });
    return record;
  };

  test("is finished where nobody holds it, and counted", async () => {
    const world = consentWorld();
    const record = await begun(world);
    await begun(world);
    expect(await sweepConsents(world.deps)).toMatchObject({ finished: 2, failed: 0 });
    expect(await world.record(record)).toMatchObject({ consent: { state: "rejected" } });
    expect(world.types()).toEqual(["consent.rejected", "consent.rejected"]);
  });

  test("is left to the host that is carrying it out until that one counts as dead", async () => {
    const world = consentWorld();
    const record = await begun(world, { owner: "another host", claimedAt: NOON });
    world.setNow(later(world.deps.reconcileAfterMs - 1));
    expect(await sweepConsents(world.deps)).toMatchObject({ finished: 0 });
    expect(await world.record(record)).toMatchObject({ consent: { state: "pending" } });
    world.setNow(later(world.deps.reconcileAfterMs));
    expect(await sweepConsents(world.deps)).toMatchObject({ finished: 1 });
  });
});

describe("a client that has gone", () => {
  test("is paid for and taken off, without standing among those that wait or being asked about", async () => {
    const world = consentWorld();
    const record = await world.client();
    const { found } = await listedOf(world, record.id);
    await world.deps.records.remove(record, NOON);
    await world.list({ ...found, gone: true });

    expect(await sweepConsents(world.deps)).toEqual(NOTHING);

    // Other systems hear of it, for they will hear that it is gone; people cannot decide on it any more.
    expect(world.types()).toEqual(["client.created", "consent.requested"]);
    expect(world.alerts).toEqual([]);
    expect(await world.deps.cases.get("pending", record.id)).toBeUndefined();
    expect(world.calls).toMatchObject({ granted: 0, see: 0 });
  });
});

describe("a grant", () => {
  test("of a client that somebody takes off the list meanwhile is nobody's", async () => {
    const world = consentWorld();
    const record = await waiting(world, later(12 * HOUR));
    world.statuses.set(record.id, { status: "granted", principalId: newId() });
    const { granted } = world.deps.consentDirectory;
    const consentDirectory: typeof world.deps.consentDirectory = {
      ...world.deps.consentDirectory,
      granted: async (subjects) => {
        const { version } = await listedOf(world, record.id);
        await world.deps.cases.remove("pending", record.id, version);
        return granted(subjects);
      },
    };
    expect(await sweepConsents({ ...world.deps, consentDirectory })).toMatchObject({
      ...{ pending: 1, granted: 0, checks: 0, failed: 0 },
    });
    expect(world.events).toEqual([]);
  });

  test("costs seven requests to the tables, and no check besides", async () => {
    const costs: number[] = [];
    for (const count of [1, 2]) {
      const world = consentWorld();
      for (let index = 0; index < count; index += 1) {
        const { id } = await waiting(world, later(12 * HOUR));
        world.statuses.set(id, { status: "granted", principalId: newId() });
      }
      world.counts.requests = 0;
      expect(await sweepConsents(world.deps)).toMatchObject({ granted: count, checks: 0 });
      costs.push(world.counts.requests);
    }
    const [one = 0, two = 0] = costs;
    // Its row, and the six of a decision.
    expect(two - one).toBe(7);
  });

  test("of some of the roles is none: the check is made when it is due", async () => {
    const world = consentWorld();
    const record = await waiting(world, NOON);
    world.directory.assign(record.id, [{ role: "api.read" }]);
    expect(await sweepConsents(world.deps)).toMatchObject({ granted: 0, checks: 1 });
    expect(await world.record(record)).toMatchObject({ consent: { state: "pending" } });
  });

  test("with more than was asked for is noted, and what is too much is told", async () => {
    const world = consentWorld();
    const record = await waiting(world, later(12 * HOUR));
    const roles = ["api.read", "api.write", "api.admin"].map((role) => ({ role }));
    world.directory.assign(record.id, roles);
    expect(await sweepConsents(world.deps)).toMatchObject({ granted: 1, checks: 0, failed: 0 });
    expect(world.types().toSorted()).toEqual(["consent.drifted", "consent.granted"]);
  });
});

describe("a check", () => {
  test.each([
    ["is made at its time", later(0), false, 1],
    ["is not made before", later(1), false, 0],
    ["that a message makes is left to it", later(-120_000 + 1), true, 0],
    ["whose message has not come is made", later(-120_000), true, 1],
  ])("%s", async (_, nextCheckAt, byMessage, checks) => {
    const world = consentWorld();
    await waiting(world, nextCheckAt, byMessage);
    expect(await sweepConsents(world.deps)).toMatchObject({ pending: 1, checks });
  });

  test("is left to the host that is making it, until that one counts as dead", async () => {
    const world = consentWorld();
    const record = await waiting(world, NOON);
    const { found } = await listedOf(world, record.id);
    const claim = { owner: "another host", claimedAt: NOON };
    if (found.clock) await world.list({ ...found, clock: { ...found.clock, claim } });
    expect(await sweepConsents(world.deps)).toMatchObject({ checks: 0 });
    world.setNow(later(world.deps.reconcileAfterMs));
    expect(await sweepConsents(world.deps)).toMatchObject({ checks: 1 });
  });
});

test("ages are of the oldest and of the most overdue, in whole seconds, whoever comes last", async () => {
  const world = consentWorld();
  const { consent } = aRecord();
  for (const [asked, due] of [
    [-10_999, 5_000],
    [-90_500, 90_000],
    [-1_000, -30_999],
    [-2_000, -2_000],
  ] as const)
    await world.client({ consent: { ...consent, requestedAt: later(asked), dueAt: later(due) } });
  expect(await sweepConsents(world.deps)).toMatchObject({
    ...{ pending: 4, oldestSeconds: 90, overdueSeconds: 30 },
  });
});

test("nobody is overdue before the time", async () => {
  const world = consentWorld();
  await waiting(world, later(HOUR));
  expect(await sweepConsents(world.deps)).toMatchObject({ overdueSeconds: 0 });
});

test("messages that cannot be worked on are counted with the rest", async () => {
  const world = consentWorld();
  for (const messageId of ["a", "b"])
    await world.deps.alertLog.record(
      { queue: "consent", messageId, reason: "No", enqueuedAt: NOON },
      NOON,
    );
  expect(await sweepConsents(world.deps)).toMatchObject({ poison: 2, failed: 0 });
  expect(world.alerts).toMatchObject([{ stage: "poison", count: 2 }]);
});
