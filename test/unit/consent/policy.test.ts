import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { always, type Calendar } from "../../../shared/consent/clock/calendar.ts";
import { parseCalendar } from "../../../shared/consent/clock/parse-calendar.ts";
import { consentClock, type DueStage } from "../../../shared/consent/clock/policy.ts";
import { parseThresholds } from "../../../shared/consent/clock/thresholds.ts";
import { later, NOON } from "../../support/samples.ts";

const HOUR = 3_600_000;
const SLA = 20 * HOUR;
const usual = parseThresholds("50%,80%,100%,150%");

const stageKey = ({ stage, threshold }: DueStage): string => `${stage}:${threshold}`;

const clockAt = (hours: number, sent: readonly string[] = [], thresholds = usual) =>
  consentClock(
    { calendar: always, thresholds },
    { requestedAt: NOON, slaMs: SLA },
    new Set(sent),
    later(hours * HOUR),
  );
const due = (hours: number, sent: readonly string[] = [], thresholds = usual): string[] =>
  clockAt(hours, sent, thresholds).dueNow.map(stageKey);

describe("what is due", () => {
  test("the request at once, then each threshold at its time, in order", () => {
    expect(due(0)).toEqual(["requested:"]);
    expect(due(9.9, ["requested:"])).toEqual([]);
    expect(due(10, ["requested:"])).toEqual(["reminded:50%"]);
    expect(due(30)).toEqual([
      "requested:",
      "reminded:50%",
      "reminded:80%",
      "breached:100%",
      "escalated:150%",
    ]);
  });

  test("absolute thresholds count open time around the due time", () => {
    const thresholds = parseThresholds("PT4H before, PT1H after");
    expect(due(16, ["requested:"], thresholds)).toEqual(["reminded:PT4H before"]);
    expect(due(21, ["requested:", "reminded:PT4H before"], thresholds)).toEqual([
      "breached:100%",
      "escalated:PT1H after",
    ]);
  });

  test("one that would lie before the request is left out", () => {
    expect(due(100, [], parseThresholds("P2D before"))).toEqual(["requested:", "breached:100%"]);
  });
});

test("a request is told at once, also while nobody is there to decide; its thresholds count open time", () => {
  const saturday = new Date("2026-03-07T12:00:00.000Z");
  const calendar = parseCalendar("Mon-Fri 09:00-17:00 UTC", []);

  const { dueNow, nextCheckAt } = consentClock(
    { calendar, thresholds: parseThresholds("50%") },
    { requestedAt: saturday, slaMs: 8 * HOUR },
    new Set(),
    saturday,
  );

  expect(dueNow).toEqual([{ stage: "requested", threshold: "", offsetMs: 0, at: saturday }]);
  expect(nextCheckAt).toEqual(new Date("2026-03-09T13:00:00.000Z"));
});

describe("when to check next", () => {
  test.each([
    [0, 10],
    [10, 16],
    [16, 20],
    [20, 30],
    [30, 54],
  ])("after %d hours: at %d", (now, next) => {
    expect(clockAt(now).nextCheckAt).toEqual(later(next * HOUR));
  });
});

test.each([
  ["half", "written like"],
  ["0%", "written like"],
  ["50%,50%", "once"],
  ["PT4H", "written like"],
  ["P1M before", ""],
])("%s is refused", (text, why) => {
  expect(() => parseThresholds(text)).toThrow(RangeError);
  expect(() => parseThresholds(text)).toThrow(why);
});

const calendars: readonly Calendar[] = [
  always,
  parseCalendar("Mon-Fri 09:00-17:00 Europe/Berlin", ["2026-12-24", "2026-12-25"]),
  parseCalendar("Mon-Thu 09:00-12:00; Mon-Thu 13:00-17:00; Fri 09:00-15:00 America/New_York", []),
];
const thresholdSet = fc
  .uniqueArray(
    fc.oneof(
      fc.integer({ min: 1, max: 300 }).map((percent) => `${percent}%`),
      fc.integer({ min: 1, max: 40 }).map((hours) => `PT${hours}H before`),
      fc.integer({ min: 1, max: 40 }).map((hours) => `PT${hours}H after`),
    ),
    { maxLength: 6 },
  )
  .map((names) => parseThresholds(names.join(",")));

test("a life in which whatever is due is sent: nothing twice, nothing left out, every next check ahead", () => {
  const life = fc.record({
    calendar: fc.constantFrom(...calendars),
    thresholds: thresholdSet,
    slaMs: fc.integer({ min: 60_000, max: 72 * HOUR }),
    requestedAt: fc
      .integer({ min: Date.UTC(2026, 0, 1), max: Date.UTC(2027, 0, 1) })
      .map((ms) => new Date(ms)),
    /** How late each check comes, in milliseconds: a bus that was away, a host that died. */
    delays: fc.array(fc.integer({ min: 0, max: 5 * HOUR }), { minLength: 12, maxLength: 12 }),
  });
  return fc.assert(
    fc.property(life, ({ calendar, thresholds, slaMs, requestedAt, delays }) => {
      const policy = { calendar, thresholds };
      const sent: string[] = [];
      let now = requestedAt;
      for (const delay of delays) {
        now = new Date(now.getTime() + delay);
        const clock = consentClock(policy, { requestedAt, slaMs }, new Set(sent), now);
        expect(clock.nextCheckAt > now).toBe(true);
        const times = clock.dueNow.map(({ at }) => at.getTime());
        expect(times).toEqual(times.toSorted((a, b) => a - b));
        sent.push(...clock.dueNow.map(stageKey));
        now = clock.nextCheckAt;
      }
      expect(new Set(sent).size).toBe(sent.length);
      const wanted = thresholds.filter(({ offset }) => Math.round(offset(slaMs)) > 0).length + 1;
      expect(sent.length).toBe(wanted);
    }),
    { numRuns: 80, seed: 7 },
  );
}, 60_000);
