import { describe, expect, test } from "vitest";
import type { Alert, DigestAlert } from "../../../shared/consent/alerts/alert.ts";
import { digests } from "../../../shared/consent/alerts/digest.ts";
import { addConsent } from "../../../shared/consent/alerts/owed.ts";
import { checkConsent } from "../../../shared/consent/clock/check.ts";
import { sweepConsents } from "../../../shared/consent/sweeps/sweep.ts";
import { type ConsentWorld, consentWorld } from "../../support/consent-world.ts";
import { aRecord, later } from "../../support/samples.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** A client that was asked for just now, whose clock has been looked at once. */
async function ask(world: ConsentWorld, subscription: string) {
  const now = world.deps.runtime.now();
  const { consent } = aRecord();
  const record = await world.client({
    subscription,
    consent: { ...consent, requestedAt: now, dueAt: later(24 * HOUR, now) },
  });
  await checkConsent(world.deps, record.id);
  return record;
}
const askTimes = async (world: ConsentWorld, subscription: string, times: number) => {
  const asked = [];
  for (let at = 0; at < times; at += 1) asked.push(await ask(world, subscription));
  return asked;
};
const digestsIn = (alerts: readonly Alert[]): readonly DigestAlert[] =>
  alerts.filter((alert) => alert.stage === "digest");
const toldOf = (alerts: readonly Alert[], subscription: string): number =>
  alerts.filter((alert) => "subscription" in alert && alert.subscription === subscription).length;

describe("alerts about one subscription", () => {
  test("are no more than its budget; events know no budget, and others' alerts go out", async () => {
    const world = consentWorld({ budget: 3 });
    await askTimes(world, "greedy", 5);
    await ask(world, "quiet");
    expect(toldOf(world.alerts, "greedy")).toBe(3);
    expect(toldOf(world.alerts, "quiet")).toBe(1);
    expect(world.types().filter((type) => type === "consent.requested")).toHaveLength(6);
  });

  test("above it come in one digest, once, whoever else is told of there", async () => {
    const world = consentWorld({ budget: 3 });
    await askTimes(world, "greedy", 5);
    world.setNow(later(MINUTE));
    // Two of them, on two channels.
    expect(await sweepConsents(world.deps)).toMatchObject({ digested: 4, failed: 0 });
    const [digest, ...more] = digestsIn(world.alerts);
    expect(more).toEqual([]);
    expect(digest).toMatchObject({
      count: 2,
      items: [{ stage: "requested" }, { stage: "requested" }],
    });

    for (const minutes of [2, 3, 30, 59, 62, 63]) {
      world.setNow(later(minutes * MINUTE));
      await sweepConsents(world.deps);
    }
    expect(digestsIn(world.alerts)).toHaveLength(1);
    expect(toldOf(world.alerts, "greedy")).toBe(3);
  });

  test("after its digest come singly when the hour is over", async () => {
    const world = consentWorld({ budget: 3 });
    await askTimes(world, "greedy", 4);
    world.setNow(later(MINUTE));
    await sweepConsents(world.deps);
    const late = await ask(world, "greedy");
    for (const minutes of [2, 20, 40]) {
      world.setNow(later(minutes * MINUTE));
      await sweepConsents(world.deps);
    }
    const told = () =>
      world.alerts.filter((alert) => "clientId" in alert && alert.clientId === late.id);
    expect(told()).toEqual([]);
    expect(digestsIn(world.alerts)).toHaveLength(1);
    world.setNow(later(66 * MINUTE));
    await sweepConsents(world.deps);
    expect(told()).toMatchObject([{ stage: "requested" }]);
  });

  test("cost one subscription no more than its budget, however long it goes on", async () => {
    const world = consentWorld({ budget: 3 });
    for (let minute = 0; minute < 60; minute += 1) {
      world.setNow(later(minute * MINUTE));
      await askTimes(world, "greedy", 2);
      await sweepConsents(world.deps);
    }
    expect(toldOf(world.alerts, "greedy")).toBe(3);
    expect(digestsIn(world.alerts)).toHaveLength(1);
    // What waits costs the directory nothing while it is held back.
    expect(world.calls.see).toBeLessThanOrEqual(120);
  });

  test("count as told in what its customer sees, also when a digest told of them", async () => {
    const world = consentWorld({ budget: 1 });
    const [, second] = await askTimes(world, "greedy", 2);
    if (!second) return expect.unreachable();
    world.setNow(later(12.1 * HOUR));
    for (const seconds of [1, 70, 140, 210]) {
      world.setNow(later(12.1 * HOUR + seconds * 1000));
      await sweepConsents(world.deps);
    }
    for (let hours = 13; hours < 16; hours += 1) {
      world.setNow(later(hours * HOUR + 6 * MINUTE));
      await sweepConsents(world.deps);
      await sweepConsents(world.deps);
    }
    expect((await world.record(second))?.consent.remindersSent).toBe(1);
  });

  test("that a digest could not bring are in the next one", async () => {
    const world = consentWorld({ budget: 1 });
    await askTimes(world, "greedy", 3);
    world.away.add("webhook");
    world.setNow(later(MINUTE));
    await sweepConsents(world.deps);
    expect(digestsIn(world.alerts)).toEqual([]);
    world.away.delete("webhook");
    for (const minutes of [62, 75]) {
      world.setNow(later(minutes * MINUTE));
      await sweepConsents(world.deps);
      await sweepConsents(world.deps);
    }
    const told = toldOf(world.alerts, "greedy");
    const inDigests = digestsIn(world.alerts).reduce((sum, { count }) => sum + count, 0);
    expect(told + inDigests).toBe(3);
  });

  test("that somebody withdrew in the directory are not held back", async () => {
    const world = consentWorld({ budget: 1 });
    await ask(world, "contoso");
    const { gate } = world.deps;
    expect(gate.heldMs("webhook", "contoso", true)).toBeGreaterThan(50 * MINUTE);
    expect(gate.heldMs("webhook", "contoso", false)).toBe(0);
  });
});

describe("a receiver with limits of its own", () => {
  const AZURE_MANAGED = { perMinute: 5, perHour: 10 };
  const mailsTo = (world: ConsentWorld) => world.mails;

  test("is never asked for more, and everybody's first alert goes out, whatever one of them asks for", async () => {
    const world = consentWorld({ budget: 10, limits: { email: AZURE_MANAGED } });
    await askTimes(world, "greedy", 10);
    expect(mailsTo(world).length).toBeLessThanOrEqual(2);
    for (const quiet of ["a", "b", "c", "d"]) await ask(world, quiet);
    for (const quiet of ["a", "b", "c"]) expect(toldOf(mailsTo(world), quiet)).toBe(1);
    for (let minute = 1; minute <= 3; minute += 1) {
      world.setNow(later(minute * MINUTE + 6_000));
      await sweepConsents(world.deps);
    }
    for (const quiet of ["a", "b", "c", "d"]) expect(toldOf(mailsTo(world), quiet)).toBe(1);
    expect(digestsIn(mailsTo(world))).toHaveLength(1);
    expect(mailsTo(world).length).toBeLessThanOrEqual(AZURE_MANAGED.perHour);
  });

  test("tells everybody, first or last, when there are more customers than mails", async () => {
    const world = consentWorld({ budget: 10, limits: { email: AZURE_MANAGED } });
    for (let at = 0; at < 30; at += 1) await ask(world, `customer ${at}`);
    for (let minute = 1; minute < 59; minute += 1) {
      world.setNow(later(minute * MINUTE));
      await sweepConsents(world.deps);
    }
    const mails = mailsTo(world);
    expect(mails.length).toBeLessThanOrEqual(AZURE_MANAGED.perHour);
    const inDigests = digestsIn(mails).reduce((sum, { count }) => sum + count, 0);
    expect(mails.length - digestsIn(mails).length + inDigests).toBe(30);
  });

  test("is left alone for as long as it asks", async () => {
    const world = consentWorld();
    world.away.add("webhook");
    world.pauses.set("webhook", 600);
    await ask(world, "contoso");
    const tried = world.tries("webhook");
    await ask(world, "fabrikam");
    for (const minutes of [1, 3, 9]) {
      world.setNow(later(minutes * MINUTE));
      await sweepConsents(world.deps);
    }
    expect(world.tries("webhook")).toBe(tried);
    world.away.delete("webhook");
    // The message that is due earlier counts as lost two minutes later.
    world.setNow(later(13 * MINUTE));
    await sweepConsents(world.deps);
    expect(world.stages()).toEqual(["requested", "requested"]);
  });

  test("and a short pause that ends while the sweep reads is no reason for a digest", async () => {
    const world = consentWorld();
    world.away.add("webhook");
    world.pauses.set("webhook", 100);
    const { id } = await ask(world, "contoso");
    world.away.delete("webhook");
    world.setNow(later(MINUTE));
    const held = digests(world.deps);
    const listed = await world.deps.cases.get("pending", id);
    if (listed) addConsent(world.deps, held, listed.found);
    world.setNow(later(2 * MINUTE));
    expect(held.areDue()).toBe(false);
    world.setNow(later(13 * MINUTE));
    await sweepConsents(world.deps);
    expect(toldOf(world.alerts, "contoso")).toBe(1);
  });
});
