import type { Actor } from "./actor.ts";

export type ConsentState = "pending" | "granted" | "rejected" | "revoked";

/** An administrator's grant of a client's app roles, and the promise made about when it is decided. */
export interface Consent {
  readonly state: ConsentState;
  readonly requestedAt: Date;
  readonly dueAt: Date;
  /** Hours promised; open hours, if a calendar is set. */
  readonly slaHours: number;
  readonly remindersSent: number;
  readonly decidedAt?: Date;
  /** Who decided: an operator, or the directory in which it was found. Customers are told the kind and no more. */
  readonly decidedBy?: Actor;
  readonly reason?: string;
}

/**
 * Whether two are the same decision, or both the same undecided one: what a decision was made on, and what there is now. That of
 * a client which was deleted and is back was asked for anew.
 */
export const isSameConsent = (a: Consent, b: Consent): boolean =>
  a.state === b.state &&
  a.requestedAt.getTime() === b.requestedAt.getTime() &&
  a.decidedAt?.getTime() === b.decidedAt?.getTime();
