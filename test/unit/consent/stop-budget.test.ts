import { beforeEach, describe, expect, test } from "vitest";
import { RemoteUnavailable } from "../../../shared/base/unavailable.ts";
import type { Alert, DigestAlert } from "../../../shared/consent/alerts/alert.ts";
import { alertStop } from "../../../shared/consent/alerts/alert-stop.ts";
import { describeAlert } from "../../../shared/consent/alerts/describe-alert.ts";
import { checkConsent } from "../../../shared/consent/clock/check.ts";
import { sweepConsents } from "../../../shared/consent/sweeps/sweep.ts";
import type { StopNotice } from "../../../shared/events/stop-notice.ts";
import { consentWorld } from "../../support/consent-world.ts";
import { aRecord, later, NOON, newId, OLGA } from "../../support/samples.ts";

const MINUTE = 60_000;

let world: ReturnType<typeof consentWorld>;
let putOff: StopNotice[];
beforeEach(() => {
  world = consentWorld({ budget: 3 });
  putOff = [];
});

const aNotice = (subscription: string): StopNotice => ({
  ...{ type: "stop.notice", version: 1, id: `${newId()}:client.suspended`, operationId: newId() },
  ...{ subscription, clientId: newId(), action: "client.suspended" },
  ...{ reason: "A leaked secret", by: OLGA.actor, at: world.deps.runtime.now().toISOString() },
});
const tell = (notice: StopNotice) =>
  alertStop({ ...world.deps, putOff: async (again) => void putOff.push(again) }, notice);
const stop = async (subscription: string, times = 1): Promise<readonly StopNotice[]> => {
  const notices = Array.from({ length: times }, () => aNotice(subscription));
  for (const notice of notices) await tell(notice);
  return notices;
};
const askFor = async (subscription: string): Promise<void> => {
  const now = world.deps.runtime.now();
  const consent = { ...aRecord().consent, requestedAt: now, dueAt: later(24 * 60 * MINUTE, now) };
  await checkConsent(world.deps, (await world.client({ subscription, consent })).id);
};
const sweepAt = (minutes: number) => {
  world.setNow(later(minutes * MINUTE));
  return sweepConsents(world.deps);
};
const digestsIn = (alerts: readonly Alert[]): readonly DigestAlert[] =>
  alerts.filter((alert) => alert.stage === "digest");
const stopsIn = (alerts: readonly Alert[], subscription: string) =>
  alerts.filter((alert) => alert.stage === "stop" && alert.subscription === subscription);
const kept = async () => (await world.deps.alertLog.untold()).stops;

describe("what operators stop", () => {
  test("shares its subscription's budget; what is more is named in one digest on each channel", async () => {
    const notices = await stop("greedy", 5);
    expect(stopsIn(world.alerts, "greedy")).toHaveLength(3);
    expect(stopsIn(world.mails, "greedy")).toHaveLength(3);
    expect(putOff).toEqual([]);

    expect(await sweepAt(1)).toMatchObject({ digested: 4, failed: 0 });

    for (const alerts of [world.alerts, world.mails]) {
      const [digest, ...more] = digestsIn(alerts);
      expect(more).toEqual([]);
      expect(digest).toMatchObject({ count: 2, items: [] });
      // All at one moment: in whatever order.
      const named = new Set(digest?.stops?.map(({ id }) => id));
      expect(named).toEqual(new Set(notices.slice(3).map(({ id }) => id)));
    }
    expect(await kept()).toEqual([]);
    for (const minutes of [2, 30, 63]) await sweepAt(minutes);
    expect(stopsIn(world.alerts, "greedy")).toHaveLength(3);
    expect(digestsIn(world.alerts)).toHaveLength(1);
  });

  test("and is let go on, but stays stopped by its customer, is named as that", async () => {
    await stop("greedy", 3);
    for (const reason of ["Not needed", undefined])
      await tell({ ...aNotice("greedy"), action: "client.resumed", reason });

    await sweepAt(1);

    const [digest] = digestsIn(world.mails);
    if (!digest) return expect.unreachable();
    const labels = describeAlert(digest, "UTC").theirs.map(([label]) => label.split(", ")[0]);
    const resumed = "Client resumed by an operator";
    expect(new Set(labels)).toEqual(
      new Set([`${resumed} (its customer keeps it stopped)`, resumed]),
    );
  });

  test("stands in the digest beside the consents that are held back with it", async () => {
    for (let times = 0; times < 4; times += 1) await askFor("greedy");
    await stop("greedy");
    expect(stopsIn(world.alerts, "greedy")).toEqual([]);

    await sweepAt(1);

    const [digest] = digestsIn(world.mails);
    expect(digest).toMatchObject({ count: 2, items: [{}], stops: [{}] });
    if (!digest) return expect.unreachable();
    const { title, theirs, sentence } = describeAlert(digest, "UTC");
    expect(title).toBe("2 more alerts: consents that wait, and stops by operators");
    expect(theirs.map(([label]) => label.split(",")[0])).toEqual([
      "requested",
      "Client stopped by an operator",
    ]);
    expect(sentence).toContain("Each consent is due for a decision.");
  });

  test("keeps nobody else's first alert waiting, by mail neither", async () => {
    world = consentWorld({ budget: 10, limits: { email: { perMinute: 5, perHour: 10 } } });
    await stop("greedy", 30);
    await stop("quiet");
    await askFor("another");

    expect(stopsIn(world.mails, "greedy").length).toBeLessThanOrEqual(2);
    expect(stopsIn(world.mails, "quiet")).toHaveLength(1);
    expect(world.mails.filter(({ stage }) => stage === "requested")).toHaveLength(1);
  });

  test("comes singly when there is room again, where its hour has had its digest", async () => {
    await stop("greedy", 4);
    await sweepAt(1);
    const [late] = await stop("greedy");
    for (const minutes of [2, 20, 40]) await sweepAt(minutes);
    const told = () => world.alerts.filter(({ id }) => id === late?.id);
    expect(told()).toEqual([]);

    expect(await sweepAt(66)).toMatchObject({ digested: 0, failed: 0 });

    expect(told()).toMatchObject([{ stage: "stop", happenedAt: later(MINUTE) }]);
    expect(await kept()).toEqual([]);
  });

  test("is told on a channel that was away by the sweep that finds it back, and nowhere twice", async () => {
    await stop("greedy", 3);
    world.away.add("webhook");
    await stop("greedy");
    await sweepAt(1);
    expect(digestsIn(world.alerts)).toEqual([]);
    expect(digestsIn(world.mails)).toHaveLength(1);
    expect(await kept()).toMatchObject([{ held: { notice: { told: ["email"] } } }]);

    world.away.clear();
    await sweepAt(66);

    expect(stopsIn(world.alerts, "greedy")).toHaveLength(4);
    expect(stopsIn(world.mails, "greedy")).toHaveLength(3);
  });

  test("is left to the host that is telling it, until that one counts as dead", async () => {
    await stop("greedy", 4);
    const [listed] = await kept();
    if (!listed) return expect.unreachable();
    const claim = { owner: "another host", claimedAt: later(60 * MINUTE) };
    await world.deps.stopLog.save({ ...listed.held, claim }, listed.version);

    await sweepAt(61);
    expect(stopsIn(world.alerts, "greedy")).toHaveLength(3);
    await sweepAt(66);
    expect(stopsIn(world.alerts, "greedy")).toHaveLength(4);
  });

  test("is kept once, however often its message comes, and put off where the tables are away", async () => {
    const [, , , fourth] = await stop("greedy", 4);
    if (!fourth) return expect.unreachable();
    expect(await tell(fourth)).toBe("kept");
    expect(await kept()).toHaveLength(1);

    const keep = async (): Promise<never> => {
      throw new RemoteUnavailable("records", { executed: "unknown" });
    };
    const deps = { ...world.deps, stopLog: { ...world.deps.stopLog, keep } };
    const next = aNotice("greedy");
    const put = async (again: StopNotice) => void putOff.push(again);
    expect(await alertStop({ ...deps, putOff: put }, next)).toBe("put-off");
    expect(putOff).toMatchObject([{ id: next.id, told: [] }]);
    expect(next.at).toBe(NOON.toISOString());
  });
});
