import { describe, expect, test } from "vitest";
import { withDeadline } from "../../../shared/base/deadline.ts";
import type { Alert } from "../../../shared/consent/alerts/alert.ts";
import { checkConsent } from "../../../shared/consent/clock/check.ts";
import { tellDue } from "../../../shared/consent/clock/tell-due.ts";
import { parseThresholds, stagesOf } from "../../../shared/consent/clock/thresholds.ts";
import { type ConsentCase, clockOf } from "../../../shared/consent/consent-case.ts";
import { type ConsentWorld, consentWorld } from "../../support/consent-world.ts";
import { later, NOON } from "../../support/samples.ts";

/** Telling what is due: by whom, how often it is written down, and what the customer sees of it. */

const HOUR = 3_600_000;
const EVERYBODY = ["webhook", "email", "events"];

const listedOf = async (world: ConsentWorld, id: string) =>
  (await world.deps.cases.get("pending", id)) ?? expect.unreachable();
/** The case with another clock, written past the service. */
async function withClock(
  world: ConsentWorld,
  id: string,
  changes: Partial<NonNullable<ConsentCase["clock"]>>,
) {
  const { found } = await listedOf(world, id);
  await world.list({ ...found, clock: { ...clockOf(found), ...changes } });
  return await listedOf(world, id);
}

test("what another host is telling is told by that one, unless it is the case that we have just listed", async () => {
  const world = consentWorld();
  const record = await world.client();
  const claim = { owner: "another host", claimedAt: NOON };
  const held = await withClock(world, record.id, { claim });

  expect(await tellDue(world.deps, held, undefined)).toBe("busy");
  expect(world.alerts).toEqual([]);
  expect(await tellDue(world.deps, held, undefined, true)).toBe("waiting");
  expect(world.stages()).toEqual(["requested"]);
});

test("a case that somebody has written since it was read is theirs", async () => {
  const world = consentWorld();
  const record = await world.client();
  const read = await listedOf(world, record.id);
  await withClock(world, record.id, { attempts: 1 });

  expect(await tellDue(world.deps, read, undefined)).toBe("busy");
  expect(world.alerts).toEqual([]);
});

describe("what was told in a digest since", () => {
  const toldOf = (...keys: readonly string[]) =>
    Object.fromEntries(keys.map((key) => [key, EVERYBODY]));
  const begin = async (told: Record<string, readonly string[]>) => {
    const world = consentWorld();
    const record = await world.client();
    world.setNow(later(13 * HOUR));
    const listed = await withClock(world, record.id, { told, attempts: 4 });
    return { world, record, listed };
  };

  test("counts for the customer and in the case, and what failed before is forgotten", async () => {
    const { world, record, listed } = await begin(toldOf("requested:", "reminded:50%"));

    expect(await tellDue(world.deps, listed, undefined)).toBe("waiting");

    expect(world.alerts).toEqual([]);
    expect((await world.record(record))?.consent.remindersSent).toBe(1);
    const { found } = await listedOf(world, record.id);
    expect(found).toMatchObject({
      consent: { remindersSent: 1 },
      clock: { attempts: 0, nextCheckAt: later(19.2 * HOUR) },
    });
    // The client's ETag stays.
    expect((await world.record(record))?.revision).toBe(record.revision);
  });

  test("is counted once: the next check writes when to look again, and nothing of the client's", async () => {
    const { world, record, listed } = await begin(toldOf("requested:", "reminded:50%"));
    await tellDue(world.deps, listed, undefined);
    const again = await listedOf(world, record.id);
    world.counts.requests = 0;

    await tellDue(world.deps, again, undefined);

    expect(world.counts.requests).toBe(1);
  });

  test("is not counted back where the client knows of more", async () => {
    const { world, record, listed } = await begin(toldOf("requested:", "reminded:50%"));
    world.put({ ...record, consent: { ...record.consent, remindersSent: 2 } });

    await tellDue(world.deps, listed, undefined);

    expect((await world.record(record))?.consent.remindersSent).toBe(2);
  });

  test.each([
    ["has been decided meanwhile", "granted" as const],
    ["has gone meanwhile", undefined],
  ])("of a client that %s is counted nowhere", async (_, state) => {
    const { world, record, listed } = await begin(toldOf("requested:", "reminded:50%"));
    if (state) world.put({ ...record, consent: { ...record.consent, state } });
    else await world.deps.records.remove(record, NOON);

    expect(await tellDue(world.deps, listed, undefined)).toBe("waiting");

    expect((await world.record(record))?.consent.remindersSent).toBe(state && 0);
  });

  test("is counted on what somebody else has just written of the client", async () => {
    const { world, record, listed } = await begin(toldOf("requested:", "reminded:50%"));
    const { subscription, id } = record;
    const stale = await world.deps.records.client(subscription, id);
    world.put({ ...record, displayName: "Renamed meanwhile" });

    await tellDue(world.deps, listed, stale);

    expect(await world.record(record)).toMatchObject({
      displayName: "Renamed meanwhile",
      consent: { remindersSent: 1 },
    });
  });
});

describe("several stages at once", () => {
  test("where nobody can be told cost one claim and one note, and are all told later", async () => {
    const world = consentWorld();
    const record = await world.client();
    for (const service of ["webhook", "email", "events"] as const) world.away.add(service);
    world.setNow(later(40 * HOUR));
    world.counts.requests = 0;

    expect(await checkConsent(world.deps, record.id)).toBe("put-off");

    // The case and the client are read; claimed, and put off.
    expect(world.counts.requests).toBe(4);
    expect([world.tries("webhook"), world.tries("email")]).toEqual([1, 1]);
    const { found } = await listedOf(world, record.id);
    expect(found.clock).toMatchObject({ attempts: 1, told: {} });
    world.away.clear();
    await checkConsent(world.deps, record.id);
    expect(world.stages()).toEqual(["requested", "reminded", "reminded", "breached", "escalated"]);
  });

  test.each([
    ["nobody at all was told is later each time", ["webhook", "email", "events"], 5],
    ["somebody was told is as soon as the first", ["webhook"], 1],
  ] as const)("are tried again: the try after one in which %s", async (_, away, attempts) => {
    const world = consentWorld();
    const record = await world.client();
    for (const service of away) world.away.add(service);
    world.setNow(later(40 * HOUR));
    const listed = await withClock(world, record.id, { attempts: 4 });

    expect(await tellDue(world.deps, listed, undefined)).toBe("put-off");

    expect((await listedOf(world, record.id)).found.clock).toMatchObject({ attempts });
  });

  test("go on where one channel is away, which hears of none of them out of order", async () => {
    const world = consentWorld();
    const record = await world.client();
    world.away.add("webhook");
    world.setNow(later(40 * HOUR));

    expect(await checkConsent(world.deps, record.id)).toBe("put-off");

    expect([world.tries("webhook"), world.mails.length]).toEqual([1, 5]);
    world.away.clear();
    await checkConsent(world.deps, record.id);
    expect(world.stages()).toEqual(["requested", "reminded", "reminded", "breached", "escalated"]);
    expect(world.mails).toHaveLength(5);
  });
});

describe("the claim is renewed between two stages", () => {
  /** A case with five stages due, and what is done to it while each of them is told. */
  const begin = async (during: (world: ConsentWorld, id: string, alert: Alert) => unknown) => {
    const world = consentWorld();
    const record = await world.client();
    world.setNow(later(40 * HOUR));
    const send = async (alert: Alert) => void (await during(world, record.id, alert));
    const channels = [...world.deps.channels, { name: "teams" as const, send }];
    const told = tellDue({ ...world.deps, channels }, await listedOf(world, record.id), undefined);
    return { world, record, told: await told };
  };

  test("with what was told until then: a death has one stage told again", async () => {
    const seen: (string | undefined)[][] = [];
    const { told } = await begin(async (world, id) => {
      const { found } = await listedOf(world, id);
      const { told: marks, claim } = clockOf(found);
      seen.push([claim?.owner, ...Object.keys(marks)]);
    });

    expect(told).toBe("waiting");
    const keys = ["requested:", "reminded:50%", "reminded:80%", "breached:100%"];
    expect(seen.map(([, ...marks]) => marks)).toEqual(seen.map((_, index) => keys.slice(0, index)));
    const owners = seen.map(([owner]) => owner);
    expect(owners).not.toContain(undefined);
    expect(new Set(owners).size).toBe(5);
  });

  test("and where somebody has taken the case over, all else is theirs: stages, marks and the customer's count", async () => {
    const claim = { owner: "another host", claimedAt: later(40 * HOUR) };
    const { world, record, told } = await begin(async (world, id, { stage }) => {
      if (stage === "reminded") await withClock(world, id, { claim, attempts: 7 });
    });

    expect(told).toBe("busy");
    expect(world.stages()).toEqual(["requested", "reminded"]);
    expect(world.mails).toHaveLength(2);
    const { found } = await listedOf(world, record.id);
    expect(found.clock).toMatchObject({ claim, attempts: 7 });
    expect(Object.keys(clockOf(found).told)).toEqual(["requested:"]);
    expect((await world.record(record))?.consent.remindersSent).toBe(0);
    expect(world.looks).toEqual([]);
  });

  test("unless there is too little time to tell more and write that down: the rest comes with a check that is soon", async () => {
    const world = consentWorld();
    const record = await world.client();
    world.setNow(later(40 * HOUR));
    const listed = await withClock(world, record.id, { attempts: 5 });

    const told = await withDeadline(14_000, () => tellDue(world.deps, listed, undefined));

    expect(told).toBe("put-off");
    expect(world.stages()).toEqual(["requested"]);
    const { found } = await listedOf(world, record.id);
    // As soon as if nothing had failed before, for something got through.
    expect(found.clock).toMatchObject({ attempts: 1, told: { "requested:": EVERYBODY } });
    expect(found.clock?.claim).toBeUndefined();
    expect(world.looks).toEqual([found.clock?.nextCheckAt]);
    await tellDue(world.deps, await listedOf(world, record.id), undefined);
    expect(world.stages()).toEqual(["requested", "reminded", "reminded", "breached", "escalated"]);
  });
});

describe("thresholds", () => {
  const names = (text: string) => parseThresholds(text).map(({ name }) => name);

  test("name the breach once, whether the setting does or not", () => {
    expect(names("50%,100%")).toEqual(["50%", "100%"]);
    expect(names("50%")).toEqual(["50%", "100%"]);
    expect(names("100%")).toEqual(["100%"]);
  });

  test("may be left out, and blanks and commas around them say nothing", () => {
    expect(names("")).toEqual(["100%"]);
    expect(names(" 50% ,, PT4H before ,")).toEqual(["50%", "PT4H before", "100%"]);
  });

  test("come in the order of their time, whichever way they are written", () => {
    const stages = stagesOf(parseThresholds("150%,P1D before,10%,PT1H after"), 48 * HOUR);
    expect(stages).toEqual([
      { stage: "requested", threshold: "", offsetMs: 0 },
      { stage: "reminded", threshold: "10%", offsetMs: 4.8 * HOUR },
      { stage: "reminded", threshold: "P1D before", offsetMs: 24 * HOUR },
      { stage: "breached", threshold: "100%", offsetMs: 48 * HOUR },
      { stage: "escalated", threshold: "PT1H after", offsetMs: 49 * HOUR },
      { stage: "escalated", threshold: "150%", offsetMs: 72 * HOUR },
    ]);
  });

  test("that lie at the request itself are none", () => {
    const stages = stagesOf(parseThresholds("PT1H before"), HOUR);
    expect(stages.map(({ stage }) => stage)).toEqual(["requested", "breached"]);
  });
});
