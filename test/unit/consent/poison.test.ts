import { describe, expect, test } from "vitest";
import { type PoisonDeps, tellPoison } from "../../../shared/consent/alerts/poison.ts";
import { purgeAlerts } from "../../../shared/consent/alerts/purge-alerts.ts";
import { reportPoison } from "../../../shared/consent/alerts/report-poison.ts";
import { type ConsentWorld, consentWorld } from "../../support/consent-world.ts";
import { later, NOON } from "../../support/samples.ts";

const MINUTE = 60_000;
const DAY = 86_400_000;

const report = (world: ConsentWorld, messageId: string, queue = "consent", enqueuedAt = NOON) =>
  reportPoison(world.deps, { queue, messageId, reason: "operationId: missing", enqueuedAt });

/** As the sweep does. */
const tell = async (deps: PoisonDeps): Promise<number> =>
  tellPoison(deps, await deps.alertLog.untold());

describe("messages that cannot be worked on", () => {
  test("forty in an hour are one alert with their number, however often each is delivered", async () => {
    const world = consentWorld();
    for (let index = 0; index < 40; index += 1) {
      await report(world, `m-${index}`);
      await report(world, `m-${index}`);
    }
    world.setNow(later(MINUTE));
    expect(await tell(world.deps)).toBe(40);
    await report(world, "m-7");
    expect(await tell(world.deps)).toBe(0);
    expect(world.alerts).toMatchObject([
      { id: "consent:m-0:poison", stage: "poison", count: 40, messageId: "m-0" },
    ]);
  });

  test("later ones are told when the hour is over, and each queue has an hour of its own", async () => {
    const world = consentWorld();
    await report(world, "a");
    await tell(world.deps);
    world.setNow(later(MINUTE));
    await report(world, "b");
    await report(world, "c");
    await report(world, "d", "operations");
    expect(await tell(world.deps)).toBe(1);
    world.setNow(later(60 * MINUTE - 1));
    expect(await tell(world.deps)).toBe(0);
    world.setNow(later(60 * MINUTE));
    expect(await tell(world.deps)).toBe(2);
    expect(world.alerts).toMatchObject([
      { queue: "consent", count: 1 },
      { queue: "operations", count: 1 },
      { queue: "consent", count: 2, messageId: "b" },
    ]);
  });

  test.each([
    ["told at once", false],
    ["told by the next sweep", true],
  ])("what a host recorded whose clock is ahead, %s, is told of once", async (_, isAway) => {
    const world = consentWorld();
    world.setNow(later(MINUTE));
    await report(world, "a");
    world.setNow(NOON);
    if (isAway) world.away.add("webhook").add("email");
    await tell(world.deps);
    world.away.clear();
    if (isAway) await tell(world.deps);
    world.setNow(later(61 * MINUTE));
    await report(world, "b");

    expect(await tell(world.deps)).toBe(1);

    expect(world.alerts).toMatchObject([{ messageId: "a" }, { messageId: "b", count: 1 }]);
  });

  test("a channel that is away gets the same alert later, and the others do not get it again", async () => {
    const world = consentWorld();
    await report(world, "a");
    world.away.add("email");
    expect(await tell(world.deps)).toBe(0);
    await report(world, "b");
    world.away.clear();
    world.setNow(later(MINUTE));
    expect(await tell(world.deps)).toBe(1);
    expect(world.alerts).toMatchObject([{ id: "consent:a:poison", count: 1 }]);
  });

  test("a fault of ours on one channel has no other channel told again", async () => {
    const world = consentWorld();
    await report(world, "a");
    const broken = {
      name: "teams" as const,
      send: async () => {
        throw new TypeError("A defect");
      },
    };
    const deps = { ...world.deps, channels: [...world.deps.channels, broken] };
    await expect(tell(deps)).rejects.toThrow(TypeError);
    await expect(tell(deps)).rejects.toThrow(TypeError);
    expect(world.alerts).toHaveLength(1);
  });

  test("two hosts tell it once; a host that dies over it leaves it to others once its claim is old", async () => {
    const world = consentWorld();
    await report(world, "a");
    const hanging = {
      ...world.deps,
      channels: [{ name: "webhook" as const, send: () => new Promise<void>(() => undefined) }],
    };
    void tell(hanging);
    await expect.poll(async () => (await world.deps.alertLog.untold()).notices.length).toBe(1);
    expect(await tell(world.deps)).toBe(0);
    expect(world.alerts).toEqual([]);
    world.setNow(later(world.deps.reconcileAfterMs));
    expect(await tell(world.deps)).toBe(1);
    expect(world.alerts).toHaveLength(1);
  });
});

test("records are kept for thirty days, and a purge costs what it purges", async () => {
  const world = consentWorld();
  for (let index = 0; index < 150; index += 1) await report(world, `old-${index}`);
  await report(world, "young", "consent", later(5 * DAY));
  await tell(world.deps);
  expect(await purgeAlerts(world.deps, later(30 * DAY))).toBe(0);
  expect(await purgeAlerts(world.deps, later(31 * DAY))).toBe(150);
  expect(await purgeAlerts(world.deps, later(31 * DAY))).toBe(0);
  // Known still, and therefore not told again.
  world.setNow(later(2 * 3_600_000));
  await report(world, "young", "consent", later(5 * DAY));
  expect(await tell(world.deps)).toBe(0);
});
