import type { ClientRecord, Role } from "../clients/client.ts";
import type { Consent } from "./consent.ts";

/**
 * What operators and the clock need of one client's consent, found by state and client id alone. An index: the client's own
 * record is the truth, and whoever meets a case that contradicts it removes the case.
 */
export interface ConsentCase {
  readonly clientId: string;
  /** The create that asked for it; alerts and events carry ids made from it. */
  readonly operationId: string;
  readonly subscription: string;
  readonly appId: string;
  readonly displayName: string;
  readonly roles: readonly Role[];
  /** Who asked, as operators may know them. Never in a log. */
  readonly requestedBy: string;
  readonly consent: Consent;
  /** Pending only: when the clock looks again. It moves when all that was due has been sent, or has been put off. */
  readonly nextLookAt?: Date;
  /** Pending only: looks in a row that could not be finished. */
  readonly retries?: number;
  /** Granted only: the client's service principal, by which the directory lists what is granted. */
  readonly principalId?: string;
}

export interface VersionedCase {
  readonly found: ConsentCase;
  readonly version: string;
}

/** A case as it begins: to be looked at now. */
export const openCase = (record: ClientRecord, requestedBy: string): ConsentCase => ({
  clientId: record.id,
  operationId: record.operationId,
  subscription: record.subscription,
  appId: record.appId,
  displayName: record.displayName,
  roles: record.roles,
  requestedBy,
  consent: record.consent,
  nextLookAt: record.consent.requestedAt,
});

/** The case brought up to what the client's record says. */
export const refreshCase = (found: ConsentCase, record: ClientRecord): ConsentCase => ({
  ...found,
  displayName: record.displayName,
  consent: record.consent,
});
