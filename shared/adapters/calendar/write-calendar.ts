import ical, { ICalAlarmType, ICalEventTransparency } from "ical-generator";
import type { CalendarFeed } from "../../care/calendar-feed.ts";

/** How often a calendar should look again, in seconds; most have a rhythm of their own. */
const REFRESH_SECONDS = 6 * 3_600;
/** An entry has some length, or calendars hide it. */
const ENTRY_MS = 15 * 60_000;

/**
 * A calendar as iCalendar (RFC 5545, with the members of RFC 7986). The same calendar is the same text: `DTSTAMP` is when an entry
 * came to be, so that a reader who has it already can be told so. It has no `URL`: the library writes that after the alarms, where
 * the grammar has no place for it.
 */
export function writeCalendar({ name, entries }: CalendarFeed): string {
  const calendar = ical({
    name,
    prodId: { company: "Latchkey", product: "Secrets", language: "EN" },
    ttl: REFRESH_SECONDS,
  });
  for (const { id, at, madeAt, summary, description, alarmsMs } of entries)
    calendar.createEvent({
      id,
      stamp: madeAt,
      start: at,
      end: new Date(at.getTime() + ENTRY_MS),
      summary,
      description,
      transparency: ICalEventTransparency.TRANSPARENT,
      alarms: alarmsMs.map((ms) => ({
        type: ICalAlarmType.display,
        trigger: Math.round(ms / 1000),
      })),
    });
  // The last line ends like every other one (RFC 5545, 3.1).
  return `${calendar.toString()}\r\n`;
}
