import { Temporal } from "temporal-polyfill";
import type { Reminder } from "./due.ts";

/**
 * Reads `SECRET_REMINDERS`: durations before a secret expires, `P30D,P14D,P7D,P1D`.
 *
 * @throws RangeError that says what is wrong
 */
export function parseReminders(text: string): readonly Reminder[] {
  const names = text
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "");
  if (new Set(names).size < names.length) throw new RangeError("each reminder is named once");
  return names.map((name) => ({ name, beforeMs: beforeMs(name) }));
}

function beforeMs(name: string): number {
  try {
    const ms = Temporal.Duration.from(name).total("milliseconds");
    if (ms > 0) return ms;
  } catch {
    // Falls through: whatever is wrong with it, the remedy is the same.
  }
  throw new RangeError("reminders are ISO 8601 durations above zero, such as P30D or PT12H");
}
