import { Temporal } from "temporal-polyfill";
import { always, type Calendar, type OpenHours, weekly } from "./calendar.ts";

const WEEKDAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
const PART = /^([a-z,-]+) (\d\d:\d\d)-(\d\d:\d\d)$/i;

/**
 * Reads `CONSENT_CALENDAR`: `always`, or weekly hours and their IANA time zone, such as `Mon-Fri 09:00-17:00 Europe/Berlin`
 * or `Mon-Thu 09:00-12:00; Mon-Thu 13:00-17:00; Fri 09:00-15:00 America/New_York`. `24:00` is the end of a day.
 *
 * @param holidays ISO dates
 * @throws RangeError that says what is wrong
 */
export function parseCalendar(text: string, holidays: readonly string[]): Calendar {
  if (text.trim() === "always") {
    if (holidays.length > 0) throw new RangeError("holidays need weekly hours, not always");
    return always;
  }
  const { parts, timeZone } = splitOff(text);
  const hours = parts.split(";").flatMap((part) => parsePart(part.trim()));
  // Throws on a zone that does not exist.
  Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(timeZone);
  hours.sort((a, b) => a.weekday - b.weekday || Temporal.PlainTime.compare(a.opens, b.opens));
  for (const [index, later] of hours.entries()) {
    const earlier = hours[index - 1];
    if (earlier?.weekday !== later.weekday) continue;
    const endless = earlier.closes.equals(new Temporal.PlainTime());
    if (endless || Temporal.PlainTime.compare(earlier.closes, later.opens) > 0)
      throw new RangeError("hours of one day overlap");
  }
  return weekly(hours, timeZone, new Set(holidays));
}

/** The zone in which a calendar that can be read has its hours. */
export const timeZoneOf = (text: string): string =>
  text.trim() === "always" ? "UTC" : splitOff(text).timeZone;

/** The last word is the zone. */
function splitOff(text: string): { readonly parts: string; readonly timeZone: string } {
  const [, parts = "", timeZone = ""] = /^(.+) (\S+)$/s.exec(text.trim()) ?? [];
  return { parts, timeZone };
}

function parsePart(part: string): OpenHours[] {
  const [, days = "", from = "", to = ""] = PART.exec(part) ?? [];
  if (!days) throw new RangeError("hours are written like Mon-Fri 09:00-17:00 Europe/Berlin");
  const opens = Temporal.PlainTime.from(from, { overflow: "reject" });
  const closes = Temporal.PlainTime.from(to === "24:00" ? "00:00" : to, { overflow: "reject" });
  if (to !== "24:00" && Temporal.PlainTime.compare(opens, closes) >= 0)
    throw new RangeError("a day closes after it opens");
  return days
    .split(",")
    .flatMap(parseDays)
    .map((weekday) => ({ weekday, opens, closes }));
}

function parseDays(range: string): number[] {
  const days = range.split("-").map((day) => WEEKDAYS.indexOf(day.toLowerCase()));
  const [first, last = first] = days;
  if (first === undefined || last === undefined || first < 0 || last < first || days.length > 2)
    throw new RangeError("days are Mon, Tue, Wed, Thu, Fri, Sat, Sun");
  return Array.from({ length: last - first + 1 }, (_, index) => first + index + 1);
}
