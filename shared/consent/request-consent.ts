import type { Consent } from "../clients/consent.ts";
import type { Calendar } from "./clock/calendar.ts";

const HOUR_MS = 3_600_000;

/** What customers are promised: a decision after so much open time at the latest. */
export interface ConsentPromise {
  /** Milliseconds of open time. */
  readonly slaMs: number;
  /** When somebody is there to decide. Never left out: around the clock is a calendar too. */
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
export const slaMsOf = (consent: Pick<Consent, "slaHours">): number =>
  Math.round(consent.slaHours * HOUR_MS);

/** Whether its time went by a calendar with closed hours: the clock on the wall says more than was promised. */
export const hasClosedHours = (
  consent: Pick<Consent, "requestedAt" | "dueAt" | "slaHours">,
): boolean => consent.dueAt.getTime() - consent.requestedAt.getTime() > slaMsOf(consent);
