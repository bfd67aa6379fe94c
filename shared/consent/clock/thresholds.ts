import { Temporal } from "temporal-polyfill";
import type { ClockStage } from "../alerts/alert.ts";

/** A point on the way from request to due time, and beyond it. */
export interface Threshold {
  /** As it was written: names the stage in alerts, ids and records. */
  readonly name: string;
  /** How much open time of an SLA has passed by then, in milliseconds. */
  offset(slaMs: number): number;
}

/** The breach itself: it is always told, whether or not the setting names it. */
const BREACH: Threshold = { name: "100%", offset: (slaMs) => slaMs };

const PERCENT = /^(\d{1,4})%$/;
const ABSOLUTE = /^(P[0-9A-Z]+) (before|after)$/;

/**
 * Reads `CONSENT_REMINDERS`: `50%,80%,100%,150%`, or open time around the due time, `PT4H before`, `P1D after`.
 *
 * @throws RangeError that says what is wrong
 */
export function parseThresholds(text: string): readonly Threshold[] {
  const names = text.split(",").map((name) => name.trim());
  const parsed = names.filter((name) => name !== "").map(parseThreshold);
  if (new Set(parsed.map(({ name }) => name)).size < parsed.length)
    throw new RangeError("each threshold is named once");
  return parsed.some(({ name }) => name === BREACH.name) ? parsed : [...parsed, BREACH];
}

function parseThreshold(name: string): Threshold {
  const percent = Number(PERCENT.exec(name)?.[1] ?? 0);
  if (percent > 0) return { name, offset: (slaMs) => (slaMs * percent) / 100 };
  const [, duration, side] = ABSOLUTE.exec(name) ?? [];
  if (!duration) throw new RangeError("thresholds are written like 80%, PT4H before or P1D after");
  const ms = Temporal.Duration.from(duration).total("milliseconds");
  return { name, offset: (slaMs) => slaMs + (side === "before" ? -ms : ms) };
}

/** One alert that the policy knows of. */
export interface StageAt {
  readonly stage: ClockStage;
  /** Empty for `requested`. */
  readonly threshold: string;
  /** Open time since the request, in milliseconds. */
  readonly offsetMs: number;
}

/**
 * The stages of an SLA in the order of their time. One that would lie before the request (`PT4H before` of an SLA of one
 * hour) is left out.
 */
export function stagesOf(thresholds: readonly Threshold[], slaMs: number): readonly StageAt[] {
  const later = thresholds
    .map(({ name, offset }): StageAt => {
      const offsetMs = Math.round(offset(slaMs));
      const stage = offsetMs < slaMs ? "reminded" : offsetMs === slaMs ? "breached" : "escalated";
      return { stage, threshold: name, offsetMs };
    })
    .filter(({ offsetMs }) => offsetMs > 0);
  return [{ stage: "requested" as const, threshold: "", offsetMs: 0 }, ...later].toSorted(
    (a, b) => a.offsetMs - b.offsetMs,
  );
}
