import { beforeEach, describe, expect, test } from "vitest";
import { RemoteUnavailable } from "../../../shared/base/unavailable.ts";
import type { AlertChannel } from "../../../shared/consent/alerts/alert.ts";
import {
  alertStop,
  noteStopTold,
  tellHeldStop,
} from "../../../shared/consent/alerts/alert-stop.ts";
import type { StopNotice } from "../../../shared/events/stop-notice.ts";
import { type ConsentWorld, consentWorld } from "../../support/consent-world.ts";
import { later, NOON, newId, OLGA } from "../../support/samples.ts";

/** What becomes of a stop that a channel was not told of: put off, kept, told by the sweep, forgotten. */

const MINUTE = 60_000;
type Name = AlertChannel["name"];

let world: ConsentWorld;
let putOff: { readonly notice: StopNotice; readonly at: Date }[];
/** For how long a channel has no room, in milliseconds. */
let heldMs: Map<Name, number>;
beforeEach(() => {
  world = consentWorld();
  putOff = [];
  heldMs = new Map();
});

const aNotice = (changes: Partial<StopNotice> = {}): StopNotice => ({
  ...{ type: "stop.notice", version: 1, id: newId(), operationId: newId() },
  ...{ subscription: "contoso", action: "client.suspended", by: OLGA.actor },
  at: later(-MINUTE).toISOString(),
  ...changes,
});
const tables = new RemoteUnavailable("records", { executed: "no" });
/** The world with what each channel has room for, and a log that a test may change. */
const deps = (stopLog: Partial<ConsentWorld["deps"]["stopLog"]> = {}) => ({
  ...world.deps,
  gate: {
    ready: async () => undefined,
    // Whoever may always be told is not asked about here: a stop needs the subscription's budget.
    heldMs: (name: Name, subscription: string, budgeted: boolean) =>
      subscription === "contoso" && budgeted ? (heldMs.get(name) ?? 0) : 0,
    count: world.deps.gate.count,
  },
  stopLog: { ...world.deps.stopLog, ...stopLog },
  putOff: async (notice: StopNotice, at: Date) => void putOff.push({ notice, at }),
});
const kept = async (id: string) => world.deps.stopLog.get(id);
const keep = async (changes: Partial<StopNotice> = {}) => {
  const notice = aNotice(changes);
  await world.deps.stopLog.keep(notice);
  return (await kept(notice.id)) ?? expect.unreachable();
};
/** What it is answered, and how many writes that took. */
const counting = () => {
  const writes: string[] = [];
  const { save, forget } = world.deps.stopLog;
  const counted = deps({
    save: (...args) => {
      writes.push("save");
      return save(...args);
    },
    forget: (...args) => {
      writes.push("forget");
      return forget(...args);
    },
  });
  return { counted, writes };
};

describe("a stop that not every channel could be told of", () => {
  test("is kept where one has no room for a minute, however soon another one has", async () => {
    heldMs.set("email", MINUTE);
    world.away.add("webhook");
    const notice = aNotice();

    expect(await alertStop(deps(), notice)).toBe("kept");

    expect(putOff).toEqual([]);
    expect(await kept(notice.id)).toMatchObject({ held: { notice: { told: [] } } });
  });

  test("is put off for a minute where there will be room sooner", async () => {
    heldMs.set("email", MINUTE - 1);
    const notice = aNotice();

    expect(await alertStop(deps(), notice)).toBe("put-off");

    expect(putOff).toEqual([{ notice: { ...notice, told: ["webhook"] }, at: later(MINUTE) }]);
    expect(await kept(notice.id)).toBeUndefined();
  });

  test("and cannot be kept is put off until the first of them has room", async () => {
    heldMs.set("email", 20 * MINUTE).set("webhook", 3 * MINUTE);
    const keep = () => Promise.reject(tables);

    expect(await alertStop(deps({ keep }), aNotice())).toBe("put-off");

    expect(putOff).toMatchObject([{ at: later(3 * MINUTE) }]);
  });

  test("and is lost by a mistake of ours is not put off: its message comes again", async () => {
    heldMs.set("email", 20 * MINUTE);
    const keep = () => Promise.reject(new TypeError("A mistake"));

    await expect(alertStop(deps({ keep }), aNotice())).rejects.toThrow("A mistake");

    expect(putOff).toEqual([]);
  });

  test("was counted for those who have it, and for nobody who was away", async () => {
    world.away.add("email");
    await alertStop(deps(), aNotice());
    const { gate } = world.deps;
    expect([gate.sent("webhook", "contoso"), gate.sent("email", "contoso")]).toEqual([1, 0]);
  });
});

test("of a whole subscription, let go on, an alert names no client, no page of one and no reason", async () => {
  const notice = aNotice({ action: "subscription.resumed" });
  await alertStop(deps(), notice);
  const { id, operationId, subscription, action, by } = notice;
  expect(world.alerts).toStrictEqual([
    {
      ...{ stage: "stop", id, operationId, subscription, action, by },
      ...{ happenedAt: later(-MINUTE), sentAt: NOON },
      queueUrl: "https://latchkey.example/consents",
    },
  ]);
});

test("of a client an alert has its page, and the operator's reason", async () => {
  const clientId = newId();
  await alertStop(deps(), aNotice({ clientId, reason: "A leaked secret" }));
  const requestUrl = `https://latchkey.example/consents/${clientId}`;
  expect(world.mails).toMatchObject([{ clientId, requestUrl, reason: "A leaked secret" }]);
});

describe("a stop that was kept", () => {
  test("is told on every channel that has room, and forgotten when all have it", async () => {
    const listed = await keep({ told: ["webhook"] });
    const { counted, writes } = counting();

    expect(await tellHeldStop(counted, listed)).toBeUndefined();

    expect([world.alerts, world.mails]).toMatchObject([[], [{ id: listed.held.notice.id }]]);
    expect(await kept(listed.held.notice.id)).toBeUndefined();
    // The claim, and that everybody has it.
    expect(writes).toEqual(["save", "forget"]);
  });

  test("stays, without a claim, with those noted who have it by now", async () => {
    const listed = await keep();
    heldMs.set("email", MINUTE);
    const { counted, writes } = counting();
    const notice = { ...listed.held.notice, told: ["webhook"] };

    expect(await tellHeldStop(counted, listed)).toEqual(notice);

    expect((await kept(notice.id))?.held).toEqual({ notice });
    expect(world.alerts).toHaveLength(1);
    expect(writes).toEqual(["save", "save"]);
  });

  test("costs nothing, and is still to be told of, while nobody who is missing has room", async () => {
    const listed = await keep({ told: ["webhook"] });
    heldMs.set("email", 1);
    const { counted, writes } = counting();

    expect(await tellHeldStop(counted, listed)).toEqual(listed.held.notice);

    expect(writes).toEqual([]);
    expect(world.mails).toEqual([]);
  });

  test("is forgotten when a channel that was missing is no longer there", async () => {
    const listed = await keep({ told: ["webhook", "email"] });
    expect(await tellHeldStop(deps(), listed)).toBeUndefined();
    expect(await kept(listed.held.notice.id)).toBeUndefined();
    expect([world.alerts, world.mails]).toEqual([[], []]);
  });

  test("is another host's while that one claims it, and ours when the claim is old", async () => {
    const { held, version } = await keep();
    const claim = { owner: "another host", claimedAt: NOON };
    const listed = await world.deps.stopLog.save({ ...held, claim }, version);
    if (!listed) return expect.unreachable();

    world.setNow(later(world.deps.reconcileAfterMs - 1));
    expect(await tellHeldStop(deps(), listed)).toBeUndefined();
    expect(world.alerts).toEqual([]);
    world.setNow(later(world.deps.reconcileAfterMs));
    await tellHeldStop(deps(), listed);
    expect(world.alerts).toHaveLength(1);
  });

  test("is whose claim was written first", async () => {
    const listed = await keep();
    await world.deps.stopLog.save({ notice: listed.held.notice }, listed.version);

    expect(await tellHeldStop(deps(), listed)).toBeUndefined();

    expect([world.alerts, world.mails]).toEqual([[], []]);
    expect(await kept(listed.held.notice.id)).toBeDefined();
  });
});

describe("a stop that a digest told of", () => {
  test("stays until the last channel has it, and is gone then", async () => {
    const { held } = await keep();
    const { id } = held.notice;
    await noteStopTold(world.deps, id, "webhook");
    expect((await kept(id))?.held.notice.told).toEqual(["webhook"]);
    await noteStopTold(world.deps, id, "email");
    expect(await kept(id)).toBeUndefined();
  });

  test("is noted by nobody where it has gone, or where another host is telling it", async () => {
    const { held, version } = await keep();
    const { id } = held.notice;
    await expect(noteStopTold(world.deps, newId(), "email")).resolves.toBeUndefined();
    const claim = { owner: "another host", claimedAt: NOON };
    await world.deps.stopLog.save({ ...held, claim }, version);
    await noteStopTold(world.deps, id, "email");
    expect((await kept(id))?.held.notice.told).toBeUndefined();
  });
});

describe("a fault of ours on one channel", () => {
  const faulty = () => {
    const broken = {
      name: "email" as const,
      send: () => Promise.reject(new TypeError("A defect")),
    };
    const channels = deps().channels.map((one) => (one.name === "email" ? broken : one));
    return { ...deps(), channels };
  };

  test("is thrown by the sweep once it is noted who has it, and nobody hears it twice", async () => {
    const listed = await keep();
    const { id } = listed.held.notice;

    await expect(tellHeldStop(faulty(), listed)).rejects.toThrow("A defect");

    const noted = await kept(id);
    expect(noted?.held).toEqual({ notice: { ...listed.held.notice, told: ["webhook"] } });
    expect(world.alerts).toHaveLength(1);
    if (noted) await expect(tellHeldStop(faulty(), noted)).rejects.toThrow("A defect");
    expect(world.alerts).toHaveLength(1);
  });

  test("has the message come again for it alone, and is thrown then", async () => {
    expect(await alertStop(faulty(), aNotice())).toBe("put-off");

    const [again] = putOff;
    expect(again?.notice.told).toEqual(["webhook"]);
    expect(world.alerts).toHaveLength(1);
    if (again) await expect(alertStop(faulty(), again.notice)).rejects.toThrow("A defect");
    expect(world.alerts).toHaveLength(1);
    expect(putOff).toHaveLength(1);
  });

  test("keeps nothing from those that are held back", async () => {
    heldMs.set("webhook", 60 * MINUTE);
    const notice = aNotice();

    expect(await alertStop(faulty(), notice)).toBe("kept");

    expect((await kept(notice.id))?.held).toEqual({ notice: { ...notice, told: [] } });
  });
});
