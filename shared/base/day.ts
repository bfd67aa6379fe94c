export const DAY_MS = 86_400_000;

/** A day of UTC as text (`2026-11-21`): that of a time, or some days before it. */
export const dayOf = (at: Date, daysAgo = 0): string =>
  new Date(at.getTime() - daysAgo * DAY_MS).toISOString().slice(0, 10);

export const nextDay = (day: string): string => dayOf(new Date(Date.parse(day) + DAY_MS));

/** The days after one, up to and with another. */
export function daysAfter(after: string, last: string): string[] {
  const days: string[] = [];
  for (let at = Date.parse(after) + DAY_MS; at <= Date.parse(last); at += DAY_MS)
    days.push(dayOf(new Date(at)));
  return days;
}
