import { always, type Calendar } from "./clock/calendar.ts";
import type { Consent } from "./consent.ts";

const HOUR_MS = 3_600_000;

/** A consent as it begins: asked for now, due when so much open time has passed. */
export const requestConsent = (
  requestedAt: Date,
  slaMs: number,
  calendar: Calendar = always,
): Consent => ({
  state: "pending",
  requestedAt,
  dueAt: calendar.add(requestedAt, slaMs),
  slaHours: slaMs / HOUR_MS,
  remindersSent: 0,
});

/** The SLA that was promised, in milliseconds of open time. */
export const slaMsOf = (consent: Consent): number => Math.round(consent.slaHours * HOUR_MS);
