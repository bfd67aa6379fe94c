import { expect, test, vi } from "vitest";
import { moment } from "../../../shared/consent/alerts/moment.ts";
import { timeZoneOf } from "../../../shared/consent/clock/parse-calendar.ts";

test.for([
  ["2026-01-21T09:05:00Z", "Europe/Berlin", "Wed 21 Jan 2026, 10:05 (Europe/Berlin)"],
  ["2026-07-21T22:05:00Z", "Europe/Berlin", "Wed 22 Jul 2026, 00:05 (Europe/Berlin)"],
  ["2026-07-21T03:00:00Z", "America/New_York", "Mon 20 Jul 2026, 23:00 (America/New_York)"],
  ["2026-07-21T03:00:00Z", "UTC", "Tue 21 Jul 2026, 03:00 (UTC)"],
] as const)("%s in %s", ([at, zone, text]) => {
  expect(moment(new Date(at), zone)).toBe(text);
});

test("what formats a zone's times is made once for the zone, and again only after many others", () => {
  const made = vi.spyOn(Intl, "DateTimeFormat");
  try {
    const [first = "", ...others] = Intl.supportedValuesOf("timeZone").slice(-40);
    const told = [first, first].map((zone) => moment(new Date(0), zone));
    expect(told[0]).toBe(told[1]);
    expect(made.mock.calls.length).toBeLessThanOrEqual(1);
    for (const zone of others) moment(new Date(0), zone);
    made.mockClear();
    expect(moment(new Date(0), first)).toBe(told[0]);
    expect(made).toHaveBeenCalledTimes(1);
  } finally {
    made.mockRestore();
  }
});

test("zones that take turns keep what formats them", () => {
  const zones = ["Asia/Tokyo", "Asia/Kolkata"];
  const inTurn = () => zones.map((zone) => moment(new Date(0), zone));
  // Twice: what other tests have left there may be forgotten between the two.
  for (let turn = 0; turn < 2; turn += 1) inTurn();
  const made = vi.spyOn(Intl, "DateTimeFormat");
  try {
    expect(inTurn()).toEqual([
      "Thu 1 Jan 1970, 09:00 (Asia/Tokyo)",
      "Thu 1 Jan 1970, 05:30 (Asia/Kolkata)",
    ]);
    expect(made).not.toHaveBeenCalled();
  } finally {
    made.mockRestore();
  }
});

test("the zone is the calendar's", () => {
  expect(timeZoneOf("Mon-Thu 09:00-12:00; Fri 09:00-15:00 America/New_York")).toBe(
    "America/New_York",
  );
  expect(timeZoneOf(" always ")).toBe("UTC");
});
