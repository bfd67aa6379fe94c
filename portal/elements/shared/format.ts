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
const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

const UNITS = [
  ["day", DAY],
  ["hour", HOUR],
  ["minute", MINUTE],
  ["second", SECOND],
] as const;

const formats = new Map<string, Format>();

/** Making the browser's formatters costs milliseconds; each language makes them once. */
export function formatFor(language: string): Format {
  const known = formats.get(language);
  if (known) return known;
  const made = makeFormat(language);
  formats.set(language, made);
  return made;
}

function makeFormat(language: string): Format {
  const short = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short" });
  const exact = new Intl.DateTimeFormat(language, { dateStyle: "full", timeStyle: "long" });
  const number = new Intl.NumberFormat(language);
  const unit = (name: string, unitDisplay: "long" | "narrow" | "short") =>
    new Intl.NumberFormat(language, { style: "unit", unit: name, unitDisplay });
  const long = UNITS.map(([name, size]) => ({ size, format: unit(name, "long") }));
  // "23h 41m" is how English abbreviates; elsewhere the narrow form mixes letters and words.
  const brief = /^en\b/.test(language) ? "narrow" : "short";
  const narrow = UNITS.map(([name, size]) => ({ size, format: unit(name, brief) }));

  return {
    language,
    short: (instant) => short.format(new Date(instant)),
    exact: (instant) => exact.format(new Date(instant)),
    number: (value) => number.format(value),
    words: (milliseconds) => {
      const left = Math.max(0, milliseconds);
      // 24 hours is what was promised; "1 day" is not.
      const fit = long.find(({ size }) => left >= size * (size === DAY ? 2 : 1)) ?? long.at(-1);
      return fit ? fit.format.format(Math.round(left / fit.size)) : "";
    },
    countdown: (milliseconds) => {
      const left = Math.max(0, milliseconds);
      const first = narrow.findIndex(({ size }) => left >= size * (size === DAY ? 2 : 1));
      const shown = narrow.slice(first < 0 ? -1 : first).slice(0, 2);
      let rest = left;
      return shown
        .map(({ size, format }) => {
          const count = Math.floor(rest / size);
          rest -= count * size;
          return format.format(count);
        })
        .join(" ");
    },
  };
}
