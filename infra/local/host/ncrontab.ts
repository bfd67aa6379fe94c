/** NCRONTAB, the cron of Azure's timers: `{second} {minute} {hour} {day} {month} {day of week}`, in UTC. */

const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const DAYS = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

interface Field {
  readonly from: number;
  readonly to: number;
  readonly names?: readonly string[];
}
const SECONDS: Field = { from: 0, to: 59 };
const HOURS: Field = { from: 0, to: 23 };
const DATES: Field = { from: 1, to: 31 };
const MONTH_NUMBERS: Field = { from: 1, to: 12, names: MONTHS };
const WEEKDAYS: Field = { from: 0, to: 6, names: DAYS };

/** Years that are searched for a date such as 29 February on a Monday. */
const HORIZON_YEARS = 40;

function parseField(text: string, { from, to, names }: Field): ReadonlySet<number> {
  const number = (part: string): number => {
    const named = names?.indexOf(part.slice(0, 3).toLowerCase()) ?? -1;
    const value = named >= 0 ? named + from : Number(part);
    if (part === "" || !Number.isInteger(value) || value < from || value > to) {
      throw new Error(`'${part}' is not between ${from} and ${to}`);
    }
    return value;
  };
  const values = new Set<number>();
  for (const part of text.split(",")) {
    const [range = "", every = "1"] = part.split("/");
    const [first = "", last] = range.split("-");
    const step = Number(every);
    if (!Number.isInteger(step) || step < 1) throw new Error(`'${every}' is not a step`);
    const low = range === "*" ? from : number(first);
    // `5/10` means from 5 to the end, `5` alone means 5.
    const high = last !== undefined ? number(last) : range === "*" || part.includes("/") ? to : low;
    for (let value = low; value <= high; value += step) values.add(value);
  }
  return values;
}

/** @returns the first time strictly after the given one, in milliseconds since 1970. */
export type Schedule = (afterMs: number) => number;

/** @throws naming the expression and what is wrong with it. */
export function parseNcrontab(expression: string): Schedule {
  const parts = expression.trim().split(/\s+/);
  if (parts.length === 5) parts.unshift("0");
  const [second = "", minute = "", hour = "", date = "", month = "", weekday = ""] = parts;
  try {
    if (parts.length !== 6) throw new Error("it needs six fields");
    const seconds = parseField(second, SECONDS);
    const minutes = parseField(minute, SECONDS);
    const hours = parseField(hour, HOURS);
    const dates = parseField(date, DATES);
    const months = parseField(month, MONTH_NUMBERS);
    const weekdays = parseField(weekday, WEEKDAYS);

    return (afterMs) => {
      const at = new Date(Math.floor(afterMs / 1000) * 1000 + 1000);
      const end = at.getUTCFullYear() + HORIZON_YEARS;
      // Each step goes to the start of the next month, day, hour, minute or second that could fit.
      while (at.getUTCFullYear() < end) {
        if (!months.has(at.getUTCMonth() + 1)) {
          at.setUTCMonth(at.getUTCMonth() + 1, 1);
          at.setUTCHours(0, 0, 0);
        } else if (!dates.has(at.getUTCDate()) || !weekdays.has(at.getUTCDay())) {
          at.setUTCDate(at.getUTCDate() + 1);
          at.setUTCHours(0, 0, 0);
        } else if (!hours.has(at.getUTCHours())) {
          at.setUTCHours(at.getUTCHours() + 1, 0, 0);
        } else if (!minutes.has(at.getUTCMinutes())) {
          at.setUTCMinutes(at.getUTCMinutes() + 1, 0);
        } else if (!seconds.has(at.getUTCSeconds())) {
          at.setUTCSeconds(at.getUTCSeconds() + 1);
        } else {
          return at.getTime();
        }
      }
      throw new Error(`The schedule '${expression}' never comes.`);
    };
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(
      `The schedule expression '${expression}' was not recognized as a valid cron expression or timespan string: ${reason}.`,
      { cause },
    );
  }
}
