import { beforeEach, describe, expect, test } from "vitest";
import { newObservation, observe } from "../../../shared/base/observation.ts";
import type { PoisonNotice, UntoldMessage } from "../../../shared/consent/alerts/alert-log.ts";
import { type PoisonDeps, tellPoison } from "../../../shared/consent/alerts/poison.ts";
import { reportPoison } from "../../../shared/consent/alerts/report-poison.ts";
import { type ConsentWorld, consentWorld } from "../../support/consent-world.ts";
import { later, NOON } from "../../support/samples.ts";

/** What is noted of an alert about messages that cannot be worked on, so that each is told once. */

const MINUTE = 60_000;

let world: ConsentWorld;
beforeEach(() => {
  world = consentWorld();
});

const report = (messageId: string, queue = "consent") =>
  reportPoison(world.deps, { queue, messageId, reason: `${messageId}: missing`, enqueuedAt: NOON });
const untold = () => world.deps.alertLog.untold();
const tell = async (deps: Partial<PoisonDeps> = {}): Promise<number> =>
  tellPoison({ ...world.deps, ...deps }, await untold());
const noticeOf = async () => (await untold()).notices.at(0)?.notice;
const waiting = async () => (await untold()).messages.map(({ messageId }) => messageId);
const aMessage = (messageId: string, recordedAt: Date): UntoldMessage => ({
  ...{ queue: "consent", messageId, reason: `${messageId}: missing`, enqueuedAt: NOON },
  recordedAt,
});

describe("an alert about messages that cannot be worked on", () => {
  test("says what is wrong with the first, and when telling began", async () => {
    await report("a");
    await report("b");
    world.setNow(later(MINUTE));

    expect(await tell()).toBe(2);

    const alert = {
      ...{ id: "consent:a:poison", stage: "poison", queue: "consent", count: 2, messageId: "a" },
      ...{ reason: "a: missing", happenedAt: later(MINUTE), sentAt: later(MINUTE) },
    };
    expect(world.alerts).toEqual([alert]);
    expect(world.mails).toEqual([alert]);
    expect(await waiting()).toEqual([]);
    expect(await noticeOf()).toEqual({
      ...{ queue: "consent", id: "consent:a:poison", messageId: "a", reason: "a: missing" },
      ...{ count: 2, startedAt: later(MINUTE), doneAt: later(MINUTE), told: ["webhook", "email"] },
    } satisfies PoisonNotice);
  });

  test("is about the one that was recorded first, in whatever order they are read", async () => {
    const messages = [
      aMessage("later", later(2)),
      aMessage("first", NOON),
      aMessage("last", later(3)),
    ];
    world.setNow(later(MINUTE));

    expect(await tellPoison(world.deps, { messages, notices: [] })).toBe(3);

    expect(world.alerts).toMatchObject([{ messageId: "first", reason: "first: missing" }]);
  });

  test("of another queue is another, told beside it", async () => {
    await report("a");
    await report("b", "operations");
    await report("c", "operations");

    expect(await tell()).toBe(3);

    expect(world.alerts).toMatchObject([
      { id: "consent:a:poison", queue: "consent", count: 1 },
      { id: "operations:b:poison", queue: "operations", count: 2 },
    ]);
    expect(await waiting()).toEqual([]);
  });

  test("that a channel did not take names those that have it, is nobody's, and settles nothing", async () => {
    const observation = newObservation();
    await report("a");
    world.away.add("email");

    expect(await observe(observation, () => tell())).toBe(0);

    expect(observation.notes).toEqual(["not-told:email"]);
    expect(await waiting()).toEqual(["a"]);
    const notice = await noticeOf();
    expect(notice).toMatchObject({ told: ["webhook"] });
    expect(notice).not.toHaveProperty("claim");
    expect(notice).not.toHaveProperty("doneAt");
  });

  test("that was left unfinished counts what it said, and leaves what came since to the next", async () => {
    await report("a");
    world.away.add("email");
    await tell();
    world.away.clear();
    world.setNow(later(MINUTE));
    await report("b");
    await report("c");

    expect(await tell()).toBe(1);

    expect(world.mails).toMatchObject([
      { id: "consent:a:poison", count: 1, happenedAt: NOON, sentAt: later(MINUTE) },
    ]);
    expect(await waiting()).toEqual(["b", "c"]);
    expect(await noticeOf()).toMatchObject({ startedAt: NOON, doneAt: later(MINUTE) });
    // The hour counts from when the last channel had it.
    world.setNow(later(61 * MINUTE - 1));
    expect(await tell()).toBe(0);
    world.setNow(later(61 * MINUTE));
    expect(await tell()).toBe(2);
    expect(world.mails.at(-1)).toMatchObject({ id: "consent:b:poison", count: 2 });
  });

  test("with nothing new costs no write once its hour is over", async () => {
    await report("a");
    await tell();
    const before = (await untold()).notices;
    world.setNow(later(120 * MINUTE));

    expect(await tell()).toBe(0);

    expect((await untold()).notices).toEqual(before);
    expect(world.alerts).toHaveLength(1);
  });

  test("that another host has claimed meanwhile is that one's", async () => {
    await report("a");
    const read = await untold();
    const saveNotice = async () => undefined;
    const alertLog = { ...world.deps.alertLog, saveNotice };

    expect(await tellPoison({ ...world.deps, alertLog }, read)).toBe(0);

    expect(world.alerts).toEqual([]);
  });

  test("with a fault of ours on one channel notes the others first, and throws that fault", async () => {
    const observation = newObservation();
    const send = async (): Promise<never> => {
      throw new TypeError("A mistake");
    };
    await report("a");
    const channels = [{ name: "teams" as const, send }, ...world.deps.channels];

    const told = observe(observation, () => tell({ channels }));

    await expect(told).rejects.toThrow("A mistake");
    expect(observation.notes).toEqual(["not-told:teams"]);
    expect(await noticeOf()).toMatchObject({ told: ["webhook", "email"] });
    expect(await tell()).toBe(1);
    expect([world.alerts.length, world.mails.length]).toEqual([1, 1]);
  });
});
