/** Of so many zones at most: customers' people name theirs, and each formatter is some kilobytes. */
const MOST_ZONES = 32;
/** To make one costs seventy times what it costs to use it (docs/performance.md). */
const formatters = new Map<string, Intl.DateTimeFormat>();

/**
 * A time for people, in their zone and with its name: `Sat 21 Nov 2026, 10:00 (Europe/Berlin)`.
 *
 * @param timeZone an IANA name
 */
export function moment(at: Date, timeZone: string): string {
  const parts = formatterOf(timeZone).formatToParts(at);
  const part = (type: Intl.DateTimeFormatPartTypes) =>
    parts.find((one) => one.type === type)?.value ?? "";
  const date = `${part("weekday")} ${part("day")} ${part("month")} ${part("year")}`;
  return `${date}, ${part("hour")}:${part("minute")} (${timeZone})`;
}

function formatterOf(timeZone: string): Intl.DateTimeFormat {
  const known = formatters.get(timeZone);
  if (known) return known;
  const made = new Intl.DateTimeFormat("en-GB", {
    timeZone,
    weekday: "short",
    day: "numeric",
    month: "short",
    year: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  });
  if (formatters.size >= MOST_ZONES) formatters.clear();
  formatters.set(timeZone, made);
  return made;
}
