import { describe, expect, test } from "vitest";
import { timeLeftMs } from "../../../shared/base/deadline.ts";
import { RemoteUnavailable } from "../../../shared/base/unavailable.ts";
import { DirectoryRefused } from "../../../shared/clients/ports.ts";
import type { Alert } from "../../../shared/consent/alerts/alert.ts";
import { parseThresholds } from "../../../shared/consent/clock/thresholds.ts";
import { sweepConsents } from "../../../shared/consent/sweeps/sweep.ts";
import { type ConsentWorld, consentWorld } from "../../support/consent-world.ts";
import { later, newId } from "../../support/samples.ts";

const HOUR = 3_600_000;

/** Clients that were told of and wait for their next check, as the sweep meets most of them. */
async function waiting(world: ConsentWorld, count: number, subscription = "contoso") {
  const records = [];
  for (let index = 0; index < count; index += 1) {
    const record = await world.client({ subscription });
    const listed = await world.deps.cases.get("pending", record.id);
    if (!listed?.found.clock) throw new Error("The client has no clock");
    const told = { "requested:": ["webhook", "email", "events"] };
    const clock = { ...listed.found.clock, told, nextCheckAt: later(12 * HOUR) };
    await world.list({ ...listed.found, clock });
    records.push(record);
  }
  return records;
}

describe("what it does", () => {
  test("notices grants, makes the checks that are due and leaves the others alone", async () => {
    const world = consentWorld();
    const [noticed, other] = await waiting(world, 2);
    if (!noticed || !other) return expect.unreachable();
    const due = await world.client();
    world.statuses.set(noticed.id, { status: "granted", principalId: newId() });
    expect(await sweepConsents(world.deps)).toMatchObject({ pending: 3, granted: 1, checks: 1 });
    expect(await world.record(noticed)).toMatchObject({ consent: { state: "granted" } });
    expect(world.alerts).toMatchObject([{ clientId: due.id, stage: "requested" }]);
    world.setNow(later(13 * HOUR));
    expect(await sweepConsents(world.deps)).toMatchObject({ pending: 2, granted: 0, checks: 2 });
  });

  test("leaves a check to its message until it is clear that the message has not come", async () => {
    const world = consentWorld();
    const record = await world.client();
    world.away.add("webhook");
    await sweepConsents(world.deps);
    const [at] = world.looks;
    if (!at) return expect.unreachable();
    world.away.clear();
    world.setNow(at);
    expect(await sweepConsents(world.deps)).toMatchObject({ checks: 0 });
    world.setNow(later(world.deps.reconcileAfterMs, at));
    expect(await sweepConsents(world.deps)).toMatchObject({ checks: 1 });
    expect(world.alerts).toMatchObject([{ clientId: record.id }]);
  });

  test("works out anew, once, when what was noted by other reminders is due next", async () => {
    const world = consentWorld();
    await world.client();
    await sweepConsents({ ...world.deps, policy: "as it was" });
    const thresholds = parseThresholds("10%,100%");
    const changed = { ...world.deps, thresholds, policy: "as it is now" };
    world.setNow(later(3 * HOUR));

    expect(await sweepConsents(changed)).toMatchObject({ checks: 1 });

    expect(world.stages()).toEqual(["requested", "reminded"]);
    expect(await sweepConsents(changed)).toMatchObject({ checks: 0 });
  });

  test("makes a check whose message could not be sent as soon as it is due", async () => {
    const world = consentWorld();
    await world.client();
    world.away.add("webhook");
    world.away.add("bus");
    await sweepConsents(world.deps);
    world.away.clear();
    world.setNow(later(2_000));
    expect(await sweepConsents(world.deps)).toMatchObject({ checks: 1 });
    expect(world.stages()).toEqual(["requested"]);
  });

  test("says how old the oldest and how late the latest is", async () => {
    const world = consentWorld();
    await waiting(world, 1);
    world.setNow(later(25 * HOUR));
    const swept = await sweepConsents(world.deps);
    expect(swept).toMatchObject({ oldestSeconds: 25 * 3_600, overdueSeconds: 3_600 });
    expect(await sweepConsents(consentWorld().deps)).toMatchObject({
      oldestSeconds: 0,
      overdueSeconds: 0,
    });
  });

  test("takes a row of a client that was decided on away, and tells nothing of it", async () => {
    const world = consentWorld();
    const [record] = await waiting(world, 1);
    if (!record) return expect.unreachable();
    const consent = { ...record.consent, state: "rejected" as const, decidedAt: later(1_000) };
    world.put({ ...record, consent });
    world.statuses.set(record.id, { status: "granted", principalId: newId() });
    expect(await sweepConsents(world.deps)).toMatchObject({ granted: 0 });
    expect(await world.deps.cases.get("pending", record.id)).toBeUndefined();
    expect(world.events).toEqual([]);
  });
});

describe("what it costs", () => {
  test("2,000 that wait: seven calls of the directory and four requests to the tables", async () => {
    const world = consentWorld();
    await waiting(world, 2_000);
    world.counts.requests = 0;
    expect(await sweepConsents(world.deps)).toMatchObject({ pending: 2_000, failed: 0 });
    expect(world.calls).toMatchObject({ granted: 7, see: 0, assignments: 0 });
    // Two pages of those that wait and the end of them, and the decisions under way.
    expect(world.counts.requests).toBeLessThanOrEqual(4);
  });

  test("asks about four groups at once and keeps no more in memory", async () => {
    const world = consentWorld();
    await waiting(world, 1_500);
    let most = 0;
    let now = 0;
    const { granted } = world.deps.consentDirectory;
    const consentDirectory = {
      ...world.deps.consentDirectory,
      granted: async (subjects: Parameters<typeof granted>[0]) => {
        now += 1;
        most = Math.max(most, now);
        await new Promise(setImmediate);
        now -= 1;
        return granted(subjects);
      },
    };
    await sweepConsents({ ...world.deps, consentDirectory });
    expect(most).toBe(4);
  });
});

describe("what fails", () => {
  test("a directory that is away costs a run and no more", async () => {
    const world = consentWorld();
    await world.client();
    world.away.add("directory");
    expect(await sweepConsents(world.deps)).toMatchObject({ pending: 1, failed: 1, checks: 0 });
    world.away.clear();
    expect(await sweepConsents(world.deps)).toMatchObject({ failed: 0, checks: 1 });
  });

  test.each([
    ["a refusal", new DirectoryRefused({ reason: "not-ours" })],
    ["a fault of ours", new TypeError("A defect")],
  ])("%s about one client keeps nobody else's grant from being noticed", async (_what, error) => {
    const world = consentWorld();
    const records = await waiting(world, 40);
    const [bad] = records;
    for (const { id } of records)
      world.statuses.set(id, { status: "granted", principalId: newId() });
    const { granted } = world.deps.consentDirectory;
    const consentDirectory = {
      ...world.deps.consentDirectory,
      granted: async (subjects: Parameters<typeof granted>[0]) => {
        if (subjects.some(({ clientId }) => clientId === bad?.id)) throw error;
        return granted(subjects);
      },
    };
    const swept = await sweepConsents({ ...world.deps, consentDirectory });
    expect(swept).toMatchObject({ pending: 40, granted: 39, failed: 1 });
  });

  test("what is thrown over one check or decision is counted, and the others are made", async () => {
    const world = consentWorld();
    const [first, second] = [await world.client(), await world.client()];
    const { client } = world.deps.records;
    const records = {
      ...world.deps.records,
      client: async (subscription: string, id: string) => {
        if (id === first.id) throw new TypeError("A defect");
        return client(subscription, id);
      },
    };
    const swept = await sweepConsents({ ...world.deps, records });
    expect(swept).toMatchObject({ checks: 1, failed: 1 });
    expect(world.alerts).toMatchObject([{ clientId: second.id }]);
  });

  test("one subscription with a thousand due checks does not keep another's waiting", async () => {
    const world = consentWorld();
    for (let index = 0; index < 50; index += 1) await world.client({ subscription: "many" });
    const other = await world.client({ subscription: "one", id: `ffffffff${newId().slice(8)}` });
    let hung = 0;
    const slow = {
      name: "teams" as const,
      send: (alert: Alert) => {
        if ("subscription" in alert && alert.subscription === "many") {
          hung += 1;
          return new Promise<void>(() => undefined);
        }
        return Promise.resolve();
      },
    };
    void sweepConsents({ ...world.deps, channels: [...world.deps.channels, slow] });
    await expect
      .poll(() => world.alerts.some((it) => "clientId" in it && it.clientId === other.id))
      .toBe(true);
    expect(hung).toBe(2);
  });

  test("each entry has a deadline of its own, and those who are told leave time to note it", async () => {
    const world = consentWorld();
    await world.client();
    let leftMs = 0;
    const watching = {
      name: "teams" as const,
      send: async () => {
        leftMs = timeLeftMs(3_600_000);
      },
    };
    await sweepConsents({ ...world.deps, channels: [watching] });
    expect(leftMs).toBeGreaterThan(10_000);
    expect(leftMs).toBeLessThanOrEqual(18_000);
  });

  test("nothing is begun after four minutes; what is left comes with the next run", async () => {
    const world = consentWorld();
    for (let index = 0; index < 5; index += 1) await world.client();
    const slow = {
      name: "teams" as const,
      send: async () => world.setNow(later(241_000)),
    };
    const deps = { ...world.deps, channels: [slow] };
    expect(await sweepConsents(deps)).toMatchObject({ checks: 2, left: 3, failed: 0 });
    expect(await sweepConsents(deps)).toMatchObject({ checks: 3, left: 0 });
  });

  test("an index that cannot be read fails the run", async () => {
    const world = consentWorld();
    const cases = {
      ...world.deps.cases,
      // biome-ignore lint/correctness/useYield: it fails before its first page
      all: async function* () {
        throw new RemoteUnavailable("records", { executed: "no" });
      },
    };
    await expect(sweepConsents({ ...world.deps, cases })).rejects.toThrow(RemoteUnavailable);
  });
});
