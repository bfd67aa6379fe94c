import { expect, test } from "vitest";
import { consentMessage } from "../../../functions/http/clients/consent-message.ts";
import { always } from "../../../shared/consent/clock/calendar.ts";
import { parseCalendar } from "../../../shared/consent/clock/parse-calendar.ts";
import { requestConsent } from "../../../shared/consent/request-consent.ts";

const HOUR = 3_600_000;
const office = parseCalendar("Mon-Fri 09:00-17:00 Europe/Berlin", []);
/** A Friday, eight in the morning in Berlin. */
const FRIDAY = new Date("2026-11-20T07:00:00Z");

test.each([
  ["around the clock", always, 24 * HOUR, "2026-11-21 07:00", "within 24 hours"],
  ["over days of office hours", office, 24 * HOUR, "2026-11-24 16:00", "within 24 office hours"],
  ["in the office hours of one day", office, 2 * HOUR, "2026-11-20 10:00", "within 2 office hours"],
  ["less than an hour", office, HOUR / 2, "2026-11-20 08:30", "within 30 office minutes"],
])("%s: says until when, and what was promised", (_what, calendar, slaMs, due, promised) => {
  const message = consentMessage(requestConsent(FRIDAY, { slaMs, calendar }));
  expect(message).toContain(`by ${due} UTC (${promised})`);
});

test("says plain hours where no closed ones lie in between", () => {
  const asked = new Date("2026-11-20T09:00:00Z");
  const message = consentMessage(requestConsent(asked, { slaMs: HOUR, calendar: office }));
  expect(message).toContain("(within 1 hour)");
});
