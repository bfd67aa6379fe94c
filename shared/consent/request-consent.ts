import type { Consent } from "./consent.ts";

const HOUR_MS = 3_600_000;

/** A consent as it begins: asked for now, due when the SLA has passed. */
export const requestConsent = (requestedAt: Date, slaMs: number): Consent => ({
  state: "pending",
  requestedAt,
  dueAt: new Date(requestedAt.getTime() + slaMs),
  slaHours: slaMs / HOUR_MS,
  remindersSent: 0,
});
