import { beforeEach, describe, expect, test } from "vitest";
import type { AlertChannel } from "../../../shared/consent/alerts/alert.ts";
import type { Digests, Owed } from "../../../shared/consent/alerts/digest.ts";
import { addConsent, addStop } from "../../../shared/consent/alerts/owed.ts";
import { type ConsentCase, clockOf } from "../../../shared/consent/consent-case.ts";
import type { StopNotice } from "../../../shared/events/stop-notice.ts";
import { CLIENT_ID, OPERATION_ID } from "../../support/alert-samples.ts";
import { type ConsentWorld, consentWorld } from "../../support/consent-world.ts";
import { later, NOON, OLGA } from "../../support/samples.ts";

/** What a digest is to tell each channel of one consent, or of one stop, and what is noted once it has. */

const HOUR = 3_600_000;
/** By a digest in a mail, when the others had it. */
const TOLD_LAST = ["webhook", "events", "email"];

let world: ConsentWorld;
beforeEach(() => {
  world = consentWorld();
});

const listedOf = async (id: string) =>
  (await world.deps.cases.get("pending", id)) ?? expect.unreachable();
const clockIn = async (id: string) => clockOf((await listedOf(id)).found);
async function withClock(id: string, changes: Partial<NonNullable<ConsentCase["clock"]>>) {
  const { found } = await listedOf(id);
  await world.list({ ...found, clock: { ...clockOf(found), ...changes } });
  return (await listedOf(id)).found;
}

/** What is owed to each channel, under its name; nothing when it was not even offered. */
function owedBy(add: (digests: Digests) => void) {
  const offered: { subscription: string; owed: (channel: AlertChannel) => Owed | undefined }[] = [];
  add({
    add: (subscription, owed) => void offered.push({ subscription, owed }),
    areDue: () => false,
    send: async () => 0,
  });
  const [first] = offered;
  if (!first) return undefined;
  const to = (name: string) => world.deps.channels.find((channel) => channel.name === name);
  const owedTo = (name: string) => {
    const channel = to(name);
    return channel && first.owed(channel);
  };
  return {
    subscription: first.subscription,
    webhook: owedTo("webhook"),
    email: owedTo("email"),
  };
}
const ofConsent = (found: ConsentCase) =>
  owedBy((digests) => addConsent(world.deps, digests, found));
const ofStop = (notice: StopNotice) => owedBy((digests) => addStop(world.deps, digests, notice));

describe("of a consent", () => {
  test("each channel is owed the stages it has not had, and named the last of them", async () => {
    const record = await world.client({ displayName: "Nightly import" });
    world.setNow(later(13 * HOUR));
    const found = await withClock(record.id, {
      told: { "requested:": ["webhook"], "reminded:50%": [] },
    });

    const owed = ofConsent(found);

    expect(owed?.subscription).toBe("contoso");
    const item = {
      ...{ clientId: record.id, appId: record.appId, subscription: "contoso" },
      ...{ displayName: "Nightly import", stage: "reminded", dueAt: record.consent.dueAt },
    };
    const subscription = "contoso";
    const mark = expect.any(Function);
    const reminded = `${record.operationId}:reminded:50%`;
    expect(owed?.webhook).toEqual({ subscription, keys: [reminded], item, mark });
    const requested = `${record.operationId}:requested:`;
    expect(owed?.email).toEqual({ subscription, keys: [requested, reminded], item, mark });
  });

  test("nothing is owed to whoever has had what is due, and nothing at all while somebody is telling it", async () => {
    const { id } = await world.client();
    const told = await withClock(id, { told: { "requested:": ["webhook", "events"] } });
    expect(ofConsent(told)).toMatchObject({
      webhook: undefined,
      email: { subscription: "contoso" },
    });

    const claim = { owner: "another host", claimedAt: NOON };
    expect(ofConsent(await withClock(id, { claim }))).toBeUndefined();
    world.setNow(later(world.deps.reconcileAfterMs));
    expect(ofConsent(await listedOf(id).then(({ found }) => found))).toBeDefined();
  });

  test("what a digest said of a client before it was deleted is not what people have had of it since it is back", async () => {
    const { id } = await world.client();
    world.setNow(later(25 * HOUR));
    const owed = ofConsent((await listedOf(id)).found);
    const { found } = await listedOf(id);
    await world.list({ ...found, operationId: "the restore", restored: true });

    await owed?.email?.mark();

    expect((await clockIn(id)).told).toEqual({});
  });

  test("the request, told to all, is looked at again when the next stage is due, by the sweep", async () => {
    const { id } = await world.client();
    const told = { "requested:": ["webhook", "events"] };
    const found = await withClock(id, { told, attempts: 3, byMessage: true });

    await ofConsent(found)?.email?.mark();

    expect(await clockIn(id)).toEqual({
      ...{ attempts: 0, byMessage: false, policy: "as set", nextCheckAt: later(12 * HOUR) },
      told: { "requested:": ["webhook", "events", "email"] },
    });
    expect([world.looks, world.alerts, world.events]).toEqual([[], [], []]);
  });

  test.each([
    [
      "while another channel has to be told",
      0,
      { "requested:": ["events"] },
      { "requested:": ["events", "email"] },
    ],
    [
      "after a reminder: its customer is to see that somebody was",
      13 * HOUR,
      { "requested:": ["webhook", "events"], "reminded:50%": ["webhook", "events"] },
      { "requested:": TOLD_LAST, "reminded:50%": TOLD_LAST },
    ],
  ] as const)("it is looked at again at once %s", async (_, afterMs, told, noted) => {
    const { id } = await world.client();
    world.setNow(later(afterMs));
    const found = await withClock(id, { told });

    await ofConsent(found)?.email?.mark();

    expect(await clockIn(id)).toMatchObject({ nextCheckAt: later(afterMs), told: noted });
    expect(world.looks).toEqual([]);
  });

  test("what somebody is telling meanwhile, or has ended, is left to them", async () => {
    const { id } = await world.client();
    const owed = ofConsent((await listedOf(id)).found);
    const claim = { owner: "another host", claimedAt: NOON };
    const held = await withClock(id, { claim });

    await owed?.email?.mark();
    expect((await listedOf(id)).found).toEqual(held);

    const { version } = await listedOf(id);
    await world.deps.cases.remove("pending", id, version);
    await owed?.email?.mark();
    expect(await world.deps.cases.get("pending", id)).toBeUndefined();
  });
});

describe("of a stop", () => {
  const NOTICE: StopNotice = {
    ...{ type: "stop.notice", version: 1, id: "stop-1", operationId: OPERATION_ID },
    ...{ subscription: "contoso", action: "subscription.suspended", reason: "A leaked secret" },
    ...{ by: OLGA.actor, at: NOON.toISOString() },
  };

  test("each channel that has not had it is owed what was done, by whom and when", () => {
    const owed = ofStop({ ...NOTICE, told: ["webhook"] });

    expect(owed?.subscription).toBe("contoso");
    expect(owed?.webhook).toBeUndefined();
    const { id, action, subscription, by } = NOTICE;
    const stop = { id, action, subscription, by, happenedAt: NOON };
    const mark = expect.any(Function);
    expect(owed?.email).toEqual({ subscription, keys: ["stop-1"], stop, mark });
    expect(ofStop({ ...NOTICE, clientId: CLIENT_ID })?.webhook?.stop).toEqual({
      ...stop,
      clientId: CLIENT_ID,
    });
  });

  test("it is noted that the channel has it, and forgotten when all have", async () => {
    await world.deps.stopLog.keep(NOTICE);
    const owed = ofStop(NOTICE);

    await owed?.webhook?.mark();
    expect((await world.deps.stopLog.get("stop-1"))?.held).toEqual({
      notice: { ...NOTICE, told: ["webhook"] },
    });
    await owed?.email?.mark();
    expect(await world.deps.stopLog.get("stop-1")).toBeUndefined();
  });
});
