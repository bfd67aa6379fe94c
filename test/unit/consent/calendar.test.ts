import * as fc from "fast-check";
import { Temporal } from "temporal-polyfill";
import { describe, expect, test } from "vitest";
import type { Calendar } from "../../../shared/consent/clock/calendar.ts";
import { parseCalendar } from "../../../shared/consent/clock/parse-calendar.ts";

const HOUR = 3_600_000;
const ZONE = "Europe/Berlin";
const office = parseCalendar(`Mon-Fri 09:00-17:00 ${ZONE}`, []);
const at = (local: string): Date =>
  new Date(Temporal.PlainDateTime.from(local).toZonedDateTime(ZONE).epochMilliseconds);
const local = (moment: Date): string =>
  Temporal.Instant.fromEpochMilliseconds(moment.getTime())
    .toZonedDateTimeISO(ZONE)
    .toPlainDateTime()
    .toString({ smallestUnit: "minute" });

describe("open hours", () => {
  test.each([
    ["within a day", "2026-03-02T10:00", 4, "2026-03-02T14:00"],
    ["asked for before opening", "2026-03-02T06:00", 1, "2026-03-02T10:00"],
    ["over a night", "2026-03-02T16:00", 2, "2026-03-03T10:00"],
    ["over a weekend", "2026-03-06T16:00", 2, "2026-03-09T10:00"],
    ["to the minute of closing", "2026-03-02T09:00", 8, "2026-03-02T17:00"],
    ["over the change to summer time", "2026-03-27T16:00", 9, "2026-03-30T17:00"],
    ["over the change to winter time", "2026-10-23T16:00", 9, "2026-10-26T17:00"],
  ])("%s", (_what, from, hours, due) => {
    expect(local(office.add(at(from), hours * HOUR))).toBe(due);
  });

  test("nobody is there on a holiday", () => {
    const calendar = parseCalendar(`Mon-Fri 09:00-17:00 ${ZONE}`, ["2026-12-24", "2026-12-25"]);
    expect(local(calendar.add(at("2026-12-23T16:00"), 2 * HOUR))).toBe("2026-12-28T10:00");
  });

  test("a night shift in which the clock is put forward is an hour shorter", () => {
    const nights = parseCalendar(`Sat-Sun 00:00-06:00 ${ZONE}`, []);
    const shift = { from: at("2026-03-29T00:00"), to: at("2026-03-29T06:00") };
    expect(nights.openBetween(shift.from, shift.to)).toBe(5 * HOUR);
  });

  test("several spans, days of their own and the end of a day", () => {
    const calendar = parseCalendar(
      `Mon-Thu 13:00-17:00; Mon-Thu 09:00-12:00; Fri,Sun 22:00-24:00 ${ZONE}`,
      [],
    );
    expect(local(calendar.add(at("2026-03-02T11:00"), 2 * HOUR))).toBe("2026-03-02T14:00");
    expect(local(calendar.add(at("2026-03-05T17:00"), 3 * HOUR))).toBe("2026-03-08T23:00");
  });
});

test("around the clock all time counts, and none of it backwards", () => {
  const clock = parseCalendar(" always ", []);
  expect(clock.openBetween(at("2026-03-06T16:00"), at("2026-03-08T16:00"))).toBe(48 * HOUR);
  expect(clock.openBetween(at("2026-03-08T16:00"), at("2026-03-06T16:00"))).toBe(0);
  expect(() => parseCalendar("always", ["2026-12-24"])).toThrow("need weekly hours");
});

test("hours that begin where others end do not overlap, and blanks around are none of them", () => {
  const calendar = parseCalendar(` Mon 09:00-12:00; Mon 12:00-17:00 ${ZONE} `, []);
  expect(calendar.openBetween(at("2026-03-02T00:00"), at("2026-03-03T00:00"))).toBe(8 * HOUR);
});

test.each([
  ["days in any case", `mON,fRI 09:00-12:00 ${ZONE}`, 6],
  ["days in any order", `Fri,Mon 09:00-12:00 ${ZONE}`, 6],
  [
    "the same hours of a week's first and last day",
    `Sun-Sun 09:00-12:00; Mon 09:00-12:00 ${ZONE}`,
    6,
  ],
  [
    "hours of one day that lie side by side with another's end",
    `Mon 22:00-24:00; Tue 00:00-01:00 ${ZONE}`,
    3,
  ],
  ["a whole week", `Mon-Sun 00:00-24:00 ${ZONE}`, 168],
])("%s may be written: %s", (_, text, hours) => {
  const calendar = parseCalendar(text, []);
  expect(calendar.openBetween(at("2026-03-02T00:00"), at("2026-03-09T00:00"))).toBe(hours * HOUR);
});

test("hours that the clock jumps over are none, and take nothing from those beside them", () => {
  // 02:30 becomes 03:30 that night, which is after the end.
  const calendar = parseCalendar(`Sun 02:30-03:00; Sun 09:00-10:00 ${ZONE}`, []);
  const day = { from: at("2026-03-29T00:00"), to: at("2026-03-30T00:00") };
  expect(calendar.openBetween(day.from, day.to)).toBe(HOUR);
  expect(local(calendar.add(day.from, HOUR))).toBe("2026-03-29T10:00");
});

test("time is open from the moment that is asked about to the other one, both within hours", () => {
  expect(office.openBetween(at("2026-03-02T10:30"), at("2026-03-03T09:15"))).toBe(6.75 * HOUR);
  expect(office.openBetween(at("2026-03-02T17:00"), at("2026-03-03T09:00"))).toBe(0);
});

test("a calendar that is never open again is told, and not looked for without an end", () => {
  const never = Array.from({ length: 4_100 }, (_, day) =>
    Temporal.PlainDate.from("2026-03-02").add({ days: day }).toString(),
  );
  const calendar = parseCalendar(`Mon-Sun 09:00-17:00 ${ZONE}`, never);
  expect(() => calendar.add(at("2026-03-02T09:00"), HOUR)).toThrow("too few open hours");
});

test.each([
  ["always Mon", "written like"],
  ["", "written like"],
  ["Someday 09:00-17:00 Europe/Berlin", "days are"],
  ["Mon-Someday 09:00-17:00 Europe/Berlin", "days are"],
  ["Mon-Tue-Wed 09:00-17:00 Europe/Berlin", "days are"],
  ["Mon 09:00-09:00 Europe/Berlin", "closes after"],
  ["Mon-Fri 09:00-17:00 Europe/Atlantis", "time zone"],
  ["Mon-Fri 09:00-17:00", "written like"],
  ["Fri-Mon 09:00-17:00 Europe/Berlin", "days are"],
  ["Mon 17:00-09:00 Europe/Berlin", "closes after"],
  ["Mon 25:00-26:00 Europe/Berlin", ""],
  ["Mon-Fri 09:00-17:00; Wed 16:00-18:00 Europe/Berlin", "overlap"],
  ["Wed 16:00-18:00; Mon-Fri 09:00-17:00 Europe/Berlin", "overlap"],
  ["Mon 09:00-24:00; Mon 12:00-13:00 Europe/Berlin", "overlap"],
  ["Mon 09:00-17:60 Europe/Berlin", ""],
  ["Mon 09:60-17:00 Europe/Berlin", ""],
])("%s is refused", (text, why) => {
  expect(() => parseCalendar(text, [])).toThrow(RangeError);
  expect(() => parseCalendar(text, [])).toThrow(why);
});

const DAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
const ZONES = [
  "UTC",
  ZONE,
  "America/New_York",
  "Australia/Lord_Howe",
  "Asia/Kolkata",
  "Africa/Cairo",
];
const clock = (hour: number): string => `${String(hour).padStart(2, "0")}:00`;

/** Any week with one or two spans on some of its days, in zones that change their clocks in every way there is. */
const week = fc
  .record({
    days: fc.uniqueArray(fc.constantFrom(...DAYS), { minLength: 1 }),
    hours: fc.uniqueArray(fc.integer({ min: 0, max: 24 }), { minLength: 4, maxLength: 4 }),
    zone: fc.constantFrom(...ZONES),
    holidays: fc.uniqueArray(fc.integer({ min: 0, max: 400 }), { maxLength: 20 }),
  })
  .map(({ days, hours, zone, holidays }) => {
    const [a = 0, b = 0, c = 0, d = 0] = hours.toSorted((x, y) => x - y);
    const list = days.join(",");
    const text = `${list} ${clock(a)}-${clock(b)}; ${list} ${clock(c)}-${clock(d)} ${zone}`;
    const first = Temporal.PlainDate.from("2026-01-01");
    return { text, holidays: holidays.map((day) => first.add({ days: day }).toString()) };
  });
const requested = fc
  .integer({ min: Date.UTC(2026, 0, 1), max: Date.UTC(2027, 0, 1) })
  .map((ms) => new Date(ms));
const sla = fc.integer({ min: 1, max: 200 * HOUR });

/** Open for at least a moment on either side: a closing time counts as open. */
const isOpenAround = (calendar: Calendar, moment: Date): boolean =>
  calendar.openBetween(new Date(moment.getTime() - 1), new Date(moment.getTime() + 1)) > 0;

describe("for every calendar", () => {
  test("the total open time from request to due time is the SLA, and it is never due in closed hours", async () => {
    await fc.assert(
      fc.property(week, requested, sla, ({ text, holidays }, from, openMs) => {
        const calendar = parseCalendar(text, holidays);
        const due = calendar.add(from, openMs);
        expect(calendar.openBetween(from, due)).toBe(openMs);
        expect(isOpenAround(calendar, due)).toBe(true);
      }),
      { numRuns: 200, seed: 5 },
    );
  }, 60_000);

  test("more open time is never over sooner", async () => {
    await fc.assert(
      fc.property(week, requested, sla, sla, ({ text, holidays }, from, a, b) => {
        const calendar = parseCalendar(text, holidays);
        const [less, more] = [Math.min(a, b), Math.max(a, b)];
        expect(calendar.add(from, less) <= calendar.add(from, more)).toBe(true);
      }),
      { numRuns: 60, seed: 6 },
    );
  }, 60_000);
});
