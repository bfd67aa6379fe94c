/** Times and counts in the reader's language and zone. */
export interface Format {
  readonly language: string;
  /** "3 Mar 2026, 14:05" */
  readonly short: (instant: string) => string;
  /** "Tuesday, 3 March 2026 at 14:05:09 CET": what a hover tells. */
  readonly exact: (instant: string) => string;
  /** "12 days", "23 hours", "4 minutes": the one unit that says most, in words. */
  readonly words: (milliseconds: number) => string;
  /** "23h 41m", and with seconds below an hour. */
  readonly countdown: (milliseconds: number) => string;
  readonly number: (value: number) => string;
}

const SECOND = 1_000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** As a field for a local time takes it: "2026-11-03T09:30", in the reader's zone. */
export function localTime(instant: string): string {
  const at = new Date(instant);
  const two = (part: number) => String(part).padStart(2, "0");
  const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  return `${day}T${two(at.getHours())}:${two(at.getMinutes())}`;
}

const UNITS = [
  ["day", DAY],
  ["hour", HOUR],
  ["minute", MINUTE],
  ["second", SECOND],
] as const;

/** What rounding may hide: "12 days" for 12.3 is fine, "2 hours" for a promise of 90 minutes is not. */
const ROUNDING = 0.05;

const formats = new Map<string, Format>();

export function formatFor(language: string): Format {
  const known = formats.get(language);
  if (known) return known;
  const made = makeFormat(language);
  formats.set(language, made);
  return made;
}

/** A browser takes milliseconds to make one of its formatters, so each is made when it is first needed. */
function lazily<T>(make: (name: string) => T): (name: string) => T {
  const made = new Map<string, T>();
  return (name) => {
    const known = made.get(name) ?? make(name);
    made.set(name, known);
    return known;
  };
}

function makeFormat(language: string): Format {
  const times = lazily(
    (name) =>
      new Intl.DateTimeFormat(
        language,
        name === "exact"
          ? { dateStyle: "full", timeStyle: "long" }
          : { dateStyle: "medium", timeStyle: "short" },
      ),
  );
  const number = (options: Intl.NumberFormatOptions) => new Intl.NumberFormat(language, options);
  const words = lazily((unit) => number({ style: "unit", unit, unitDisplay: "long" }));
  // "23h 41m" is how English abbreviates; elsewhere the narrow form mixes letters and words.
  const unitDisplay = /^en\b/.test(language) ? "narrow" : "short";
  const brief = lazily((unit) => number({ style: "unit", unit, unitDisplay }));
  const plain = lazily(() => number({}));

  return {
    language,
    short: (instant) => times("short").format(new Date(instant)),
    exact: (instant) => times("exact").format(new Date(instant)),
    number: (value) => plain("").format(value),
    words: (milliseconds) => {
      const left = Math.max(0, milliseconds);
      const [unit, size] =
        UNITS.find(([, size]) => {
          const count = Math.round(left / size);
          // 24 hours is what was promised; "1 day" is not.
          const enough = size === DAY ? 2 : 1;
          return count >= enough && Math.abs(count * size - left) <= left * ROUNDING;
        }) ?? UNITS[3];
      return words(unit).format(Math.round(left / size));
    },
    countdown: (milliseconds) => {
      const left = Math.max(0, milliseconds);
      const first = UNITS.findIndex(([, size]) => left >= size * (size === DAY ? 2 : 1));
      let rest = left;
      return UNITS.slice(first < 0 ? -1 : first)
        .slice(0, 2)
        .map(([unit, size]) => {
          const count = Math.floor(rest / size);
          rest -= count * size;
          return brief(unit).format(count);
        })
        .join(" ");
    },
  };
}
