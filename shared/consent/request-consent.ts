import type { Calendar } from "./clock/calendar.ts";
import type { Consent } from "./consent.ts";

const HOUR_MS = 3_600_000;

/** What customers are promised about when an administrator decides. */
export interface ConsentPromise {
  /** Time to decide, in milliseconds of open time. */
  readonly slaMs: number;
  /** When somebody is there to decide. */
  readonly calendar: Calendar;
}

/** A consent as it begins: asked for now, due when so much open time has passed. */
export const requestConsent = (
  requestedAt: Date,
  { slaMs, calendar }: ConsentPromise,
): Consent => ({
  state: "pending",
  requestedAt,
  dueAt: calendar.add(requestedAt, slaMs),
  slaHours: slaMs / HOUR_MS,
  remindersSent: 0,
});

/** The SLA that was promised, in milliseconds of open time. */
export const slaMsOf = (consent: Consent): number => Math.round(consent.slaHours * HOUR_MS);
