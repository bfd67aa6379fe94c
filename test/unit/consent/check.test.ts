import { describe, expect, test } from "vitest";
import { checkConsent } from "../../../shared/consent/clock/check.ts";
import { consentWorld, PRINCIPAL } from "../../support/consent-world.ts";
import { later, NOON } from "../../support/samples.ts";

const HOUR = 3_600_000;

describe("a pending consent", () => {
  test("goes through its stages, each told once however often it is checked", async () => {
    const world = consentWorld();
    const record = await world.client();
    for (const hours of [0, 0, 5, 12, 13, 19.2, 24, 24, 36, 60]) {
      world.setNow(later(hours * HOUR));
      expect(await checkConsent(world.deps, record.id)).toBe("waiting");
    }
    expect(world.stages()).toEqual(["requested", "reminded", "reminded", "breached", "escalated"]);
    expect(world.types()).toEqual([
      "client.created",
      "consent.requested",
      "consent.reminded",
      "consent.reminded",
      "consent.breached",
      "consent.escalated",
    ]);
    const after = await world.record(record);
    expect(after?.consent.remindersSent).toBe(4);
    expect(after?.revision).toBe(record.revision);
    expect(new Set(world.alerts.map(({ id }) => id)).size).toBe(5);
  });

  test("a channel that is away holds up neither the others nor the clock, and misses nothing", async () => {
    const world = consentWorld();
    const record = await world.client();
    world.away.add("webhook");
    expect(await checkConsent(world.deps, record.id)).toBe("put-off");
    expect(world.types()).toEqual(["client.created", "consent.requested"]);
    expect(world.looks.at(-1)?.getTime()).toBeGreaterThan(later(0).getTime());
    world.setNow(later(13 * HOUR));
    expect(await checkConsent(world.deps, record.id)).toBe("put-off");
    expect((await world.record(record))?.consent.remindersSent).toBe(0);

    world.away.clear();
    world.setNow(later(13 * HOUR + 1));
    expect(await checkConsent(world.deps, record.id)).toBe("waiting");
    expect(world.stages()).toEqual(["requested", "reminded"]);
    expect(world.types()).toHaveLength(3);
    expect((await world.record(record))?.consent.remindersSent).toBe(1);
  });

  test.each([
    [30, 30],
    [86_400, 300],
  ])(
    "a channel that asks for a pause of %i s is tried again after %i s at the earliest",
    async (asked, seconds) => {
      const world = consentWorld();
      const record = await world.client();
      world.away.add("webhook");
      world.pauses.set("webhook", asked);

      expect(await checkConsent(world.deps, record.id)).toBe("put-off");

      expect(world.looks).toEqual([later(seconds * 1000)]);
    },
  );

  test("a claim whose host died is taken over once it is old, under the same id", async () => {
    const world = consentWorld();
    const record = await world.client();
    const listed = await world.deps.cases.get("pending", record.id);
    if (!listed?.found.clock) return expect.unreachable();
    const claim = { owner: "a host that died", claimedAt: later(0) };
    await world.list({ ...listed.found, clock: { ...listed.found.clock, claim } });
    world.setNow(later(world.deps.reconcileAfterMs - 1));
    expect(await checkConsent(world.deps, record.id)).toBe("busy");
    expect(world.alerts).toEqual([]);
    world.setNow(later(world.deps.reconcileAfterMs));
    expect(await checkConsent(world.deps, record.id)).toBe("waiting");
    expect(world.alerts).toMatchObject([{ id: `${record.operationId}:requested` }]);
  });

  test("two hosts that check at once send each stage once", async () => {
    const world = consentWorld();
    const record = await world.client();
    world.setNow(later(40 * HOUR));
    await Promise.all([1, 2, 3].map(() => checkConsent(world.deps, record.id)));
    await checkConsent(world.deps, record.id);
    expect(new Set(world.stages())).toEqual(
      new Set(["requested", "reminded", "breached", "escalated"]),
    );
    expect(world.alerts).toHaveLength(5);
    expect(world.events).toHaveLength(6);
  });

  test("a bus that is away does not keep the alert from being sent", async () => {
    const world = consentWorld();
    const record = await world.client();
    world.away.add("bus");
    expect(await checkConsent(world.deps, record.id)).toBe("waiting");
    expect(world.stages()).toEqual(["requested"]);
  });
});

describe("what the directory shows", () => {
  test("a grant is recorded and told, and nothing is sent after it", async () => {
    const world = consentWorld();
    const record = await world.client();
    await checkConsent(world.deps, record.id);
    world.statuses.set(record.id, { status: "granted", principalId: PRINCIPAL });
    world.setNow(later(13 * HOUR));
    expect(await checkConsent(world.deps, record.id)).toBe("decided");
    expect(await world.record(record)).toMatchObject({
      revision: record.revision + 1,
      consent: { state: "granted", decidedAt: later(13 * HOUR) },
    });
    world.setNow(later(48 * HOUR));
    expect(await checkConsent(world.deps, record.id)).toBe("nothing");
    expect(world.stages()).toEqual(["requested"]);
    expect(world.types().at(-1)).toBe("consent.granted");
    expect(await world.deps.cases.get("granted", record.id)).toMatchObject({
      found: { grant: { principalId: PRINCIPAL } },
    });
  });

  test("an old client that is not there was deleted behind the service's back", async () => {
    const world = consentWorld();
    const record = await world.client();
    await checkConsent(world.deps, record.id);
    world.statuses.set(record.id, { status: "absent" });
    world.setNow(later(12 * HOUR));
    expect(await checkConsent(world.deps, record.id)).toBe("decided");
    expect(await world.record(record)).toBeUndefined();
    expect(world.stages()).toEqual(["requested", "deleted"]);
    expect(world.types().at(-1)).toBe("client.deleted");
    expect(await world.deps.cases.find(record.id)).toEqual([]);
  });

  test("a new client that is not there may only be late: nobody is alerted, and it is looked for again", async () => {
    const world = consentWorld();
    const record = await world.client();
    world.statuses.set(record.id, { status: "absent" });
    world.setNow(later(60_000));
    expect(await checkConsent(world.deps, record.id)).toBe("put-off");
    expect(world.alerts).toEqual([]);
    expect(await world.record(record)).toBeDefined();
  });

  test("no alert is sent unasked: a directory that is away puts the look off", async () => {
    const world = consentWorld();
    const record = await world.client();
    world.away.add("directory");
    world.setNow(later(13 * HOUR));
    expect(await checkConsent(world.deps, record.id)).toBe("put-off");
    expect(world.alerts).toEqual([]);
  });
});

test("the case of a client that its customer has deleted goes, once other systems know that it was there", async () => {
  const world = consentWorld();
  const record = await world.client();
  await world.deps.records.remove(record, NOON);
  world.away.add("events");
  await checkConsent(world.deps, record.id);
  expect(await world.deps.cases.get("pending", record.id)).toBeDefined();
  world.away.clear();
  await checkConsent(world.deps, record.id);
  expect(world.types()).toEqual(["client.created", "consent.requested"]);
  expect(await world.deps.cases.find(record.id)).toEqual([]);
});
