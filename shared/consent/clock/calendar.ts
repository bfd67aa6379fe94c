import { Temporal } from "temporal-polyfill";

/** When somebody is there to decide. Only open time counts towards the SLA. */
export interface Calendar {
  /** The moment at which so much open time has passed since `from`. Never inside closed hours; it may be a closing time. */
  add(from: Date, openMs: number): Date;
  /** Open time between two moments, in milliseconds. */
  openBetween(from: Date, to: Date): number;
}

/** Around the clock. */
export const always: Calendar = {
  add: (from, openMs) => new Date(from.getTime() + openMs),
  openBetween: (from, to) => Math.max(0, to.getTime() - from.getTime()),
};

/** A span of one weekday, as the clock on the wall shows it. */
export interface OpenHours {
  /** 1 is Monday, 7 is Sunday. */
  readonly weekday: number;
  readonly opens: Temporal.PlainTime;
  /** Midnight means the end of the day. */
  readonly closes: Temporal.PlainTime;
}

/** The longest closure that is walked through day by day: beyond it the calendar is taken for never open again. */
const MAX_DAYS = 4_000;

interface Span {
  readonly opens: number;
  readonly closes: number;
}

/**
 * Weekly hours in a time zone. Where the clock is put forward or back within them, the day is as much shorter or longer as
 * it is for the people who work then.
 *
 * @param hours of one weekday do not overlap
 * @param holidays ISO dates on which nobody is there
 */
export function weekly(
  hours: readonly OpenHours[],
  timeZone: string,
  holidays: ReadonlySet<string>,
): Calendar {
  const dateOf = (at: Date): Temporal.PlainDate =>
    Temporal.Instant.fromEpochMilliseconds(at.getTime()).toZonedDateTimeISO(timeZone).toPlainDate();
  const instant = (date: Temporal.PlainDate, plainTime: Temporal.PlainTime): number =>
    date.toZonedDateTime({ timeZone, plainTime }).epochMilliseconds;

  function* spans(from: Date): Generator<Span> {
    let date = dateOf(from);
    for (let day = 0; day < MAX_DAYS; day += 1) {
      if (!holidays.has(date.toString())) {
        for (const { weekday, opens, closes } of hours) {
          if (weekday !== date.dayOfWeek) continue;
          const end = closes.equals(MIDNIGHT) ? date.add({ days: 1 }) : date;
          const span = { opens: instant(date, opens), closes: instant(end, closes) };
          if (span.closes > span.opens && span.closes > from.getTime()) yield span;
        }
      }
      date = date.add({ days: 1 });
    }
  }

  return {
    add: (from, openMs) => {
      let left = openMs;
      for (const { opens, closes } of spans(from)) {
        const start = Math.max(opens, from.getTime());
        if (left <= closes - start) return new Date(start + left);
        left -= closes - start;
      }
      throw new Error("The consent calendar has too few open hours for the SLA");
    },
    openBetween: (from, to) => {
      let open = 0;
      for (const { opens, closes } of spans(from)) {
        if (opens >= to.getTime()) break;
        open += Math.min(closes, to.getTime()) - Math.max(opens, from.getTime());
      }
      return open;
    },
  };
}

const MIDNIGHT = Temporal.PlainTime.from("00:00");
