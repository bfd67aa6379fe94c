import { beforeEach, describe, expect, test } from "vitest";
import { alertStop } from "../../../shared/consent/alerts/alert-stop.ts";
import { describeAlert } from "../../../shared/consent/alerts/describe-alert.ts";
import { sweepConsents } from "../../../shared/consent/sweeps/sweep.ts";
import type { StopNotice } from "../../../shared/events/stop-notice.ts";
import { type ConsentWorld, consentWorld } from "../../support/consent-world.ts";
import { later, NOON, newId, OLGA } from "../../support/samples.ts";

const MINUTE = 60_000;
const LIMITS = { email: { perMinute: 2, perHour: 10 } };

let world: ConsentWorld;
let putOff: { readonly notice: StopNotice; readonly at: Date }[];
beforeEach(() => {
  world = consentWorld({ limits: LIMITS });
  putOff = [];
});

const aNotice = (changes: Partial<StopNotice> = {}): StopNotice => ({
  ...{ type: "stop.notice", version: 1, id: newId(), operationId: newId() },
  ...{ subscription: "contoso", clientId: newId(), action: "client.suspended" },
  ...{ reason: "A leaked secret", by: OLGA.actor, at: NOON.toISOString() },
  ...changes,
});
const tell = (notice: StopNotice) =>
  alertStop(
    { ...world.deps, putOff: async (again, at) => void putOff.push({ notice: again, at }) },
    notice,
  );

describe("that an operator has stopped something", () => {
  test("every channel is told once, with who, what and why", async () => {
    const notice = aNotice();

    expect(await tell(notice)).toBe("told");

    const { id, operationId, clientId, reason } = notice;
    const alert = { stage: "stop", id, operationId, clientId, reason, by: OLGA.actor };
    expect(world.alerts).toMatchObject([{ ...alert, happenedAt: NOON }]);
    expect(world.mails).toMatchObject([alert]);
    expect(putOff).toEqual([]);
  });

  test("a channel that did not take it is tried again, and no other", async () => {
    world.away.add("email");
    expect(await tell(aNotice())).toBe("put-off");
    const [again] = putOff;
    expect(again).toMatchObject({ notice: { told: ["webhook"] }, at: later(MINUTE) });

    world.away.clear();
    if (again) expect(await tell(again.notice)).toBe("told");
    expect(world.alerts).toHaveLength(1);
    expect(world.mails).toHaveLength(1);
  });

  test("what a receiver has no room for is kept for the sweep, which brings it when there is some", async () => {
    const told = [];
    for (let times = 0; times < 4; times += 1) told.push(await tell(aNotice()));

    expect(told).toContain("kept");
    expect(world.alerts).toHaveLength(4);
    expect(world.mails.length).toBeLessThanOrEqual(LIMITS.email.perMinute);
    for (const { held } of (await world.deps.alertLog.untold()).stops)
      expect(held.notice.told).toEqual(["webhook"]);
    world.setNow(later(61 * MINUTE));
    await sweepConsents(world.deps);
    expect(world.alerts).toHaveLength(4);
    expect(world.mails.length).toBeGreaterThan(LIMITS.email.perMinute - 1);
  });

  test("a mistake of ours is none of a channel's", async () => {
    const send = async (): Promise<never> => {
      throw new TypeError("A mistake");
    };
    const deps = { ...world.deps, channels: [{ name: "email" as const, send }] };
    const told = alertStop({ ...deps, putOff: async () => undefined }, aNotice());
    await expect(told).rejects.toThrow("A mistake");
  });
});

test.each([
  ["client.suspended", "Client stopped by an operator"],
  ["client.resumed", "Client resumed by an operator"],
  ["subscription.suspended", "Subscription stopped by an operator"],
  ["subscription.resumed", "Subscription resumed by an operator"],
  ["subscription.blocked", "Subscription blocked by an operator"],
  ["subscription.unblocked", "Subscription unblocked by an operator"],
] as const)("%s is told in words, and what others wrote stands last", async (action, title) => {
  await tell(aNotice({ action, subscription: "con]toso", reason: "Pay **now**" }));
  const [alert] = world.alerts;
  if (!alert) throw new Error("Nobody was told");

  const described = describeAlert(alert, "Europe/Berlin");

  expect(described.title).toContain(title);
  expect(described.facts).toContainEqual(["At", "Mon 2 Mar 2026, 13:00 (Europe/Berlin)"]);
  expect(JSON.stringify(described.facts)).not.toContain("Pay");
  expect(described.theirs.map(([label]) => label)).toEqual(["Subscription", "By", "Reason"]);
});
