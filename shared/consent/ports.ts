import type { Role } from "../clients/client.ts";
import type { ConsentState } from "../clients/consent.ts";
import type { ClientRecords, Expected, Lead } from "../clients/ports.ts";
import type { CallOff } from "../events/call-off.ts";
import type { ConsentLook } from "../events/consent-look.ts";
import type { ConsentMessage } from "../events/consent-message.ts";
import type { ConsentRequestedV2 } from "../events/consent-requested.ts";
import type { ConsentCase, VersionedCase } from "./consent-case.ts";
import type { Decision, VersionedDecision } from "./decisions/decision.ts";
import type { Drift, ExcessRole, VersionedDrift } from "./drift.ts";

/** The Service Bus queue `consent`. All methods throw `RemoteUnavailable`. */
export interface ConsentQueue {
  /** Throws at once when the bus cannot be reached, so that nothing is begun that could not be announced. */
  ready(): Promise<void>;
  /**
   * Before the client is made: the message comes at `at`. Its id is that of the operation, so that a repeat within the queue's
   * duplicate detection window is dropped.
   */
  scheduleRequested(message: ConsentRequestedV2, at: Date): Promise<CallOff>;
  /** One look at one time has one message id, whoever asks for it. */
  scheduleLook(look: ConsentLook, at: Date): Promise<void>;
  /** The same message again, later, under an id of its own. */
  putOff(message: ConsentMessage, at: Date): Promise<void>;
}

/** The client records, as far as consents need them. */
export type ConsentRecords = Pick<
  ClientRecords,
  "at" | "client" | "deleted" | "owned" | "requested" | "underWay" | "save" | "remove"
>;

/** The table `consents`: cases by state, and decisions that are under way. All methods throw `RemoteUnavailable`. */
export interface ConsentCases {
  /** Lists a case. Nothing: it is listed already. */
  open(listed: ConsentCase): Promise<VersionedCase | undefined>;
  get(state: ConsentState, clientId: string): Promise<VersionedCase | undefined>;
  /** Wherever it is listed: more than once while a decision is under way. */
  find(clientId: string): Promise<readonly VersionedCase[]>;
  /** Page by page, as it is read. */
  all(state: ConsentState): AsyncIterable<VersionedCase>;
  /** In the order of client ids. `after`: the last id of the page before. */
  page(
    state: ConsentState,
    limit: number,
    after?: string,
  ): Promise<{ readonly cases: readonly VersionedCase[]; readonly more: boolean }>;
  /** Nothing: it has changed or gone meanwhile. */
  replace(listed: ConsentCase, version: string): Promise<VersionedCase | undefined>;
  /** False: it has changed meanwhile. */
  remove(state: ConsentState, clientId: string, version: string): Promise<boolean>;
  /** Whatever it has become. For a client that is gone. */
  forget(state: ConsentState, clientId: string): Promise<void>;
  drift(clientId: string): Promise<VersionedDrift | undefined>;
  /** Clients that have more than they asked for, in the order of their ids: one request for each thousand. */
  drifts(): Promise<readonly VersionedDrift[]>;
  /** Nothing: it has changed or gone meanwhile. Without a version: there is none of this client yet. */
  keepDrift(drift: Drift, version?: string): Promise<VersionedDrift | undefined>;
  /** Left alone if it has changed meanwhile. */
  endDrift(clientId: string, version: string): Promise<void>;
  /** Nothing: another decision on this client is under way. */
  begin(decision: Decision): Promise<VersionedDecision | undefined>;
  /** Subscriptions of which something was decided on a day (UTC, `2026-11-21`); noted with the beginning. */
  decidedOn(day: string): AsyncIterable<string>;
  forgetDecidedOn(day: string): Promise<void>;
  decision(clientId: string): Promise<VersionedDecision | undefined>;
  /** Page by page, as it is read. */
  decisions(): AsyncIterable<VersionedDecision>;
  /** Nothing: it has changed or ended meanwhile. */
  keep(decision: Decision, version: string): Promise<VersionedDecision | undefined>;
  /** This decision and no other, whatever has been noted on it meanwhile. Safe to repeat. */
  end(decision: VersionedDecision): Promise<void>;
  /** One that did not come about; left alone if it has changed, for then somebody is carrying it out. */
  drop(decision: VersionedDecision): Promise<void>;
}

/** What the directory is asked about. */
export interface ConsentSubject {
  readonly clientId: string;
  readonly appId: string;
  readonly roles: readonly Role[];
}

/** `absent`: the directory does not show the client; a new one may only be late. */
export type GrantStatus =
  | {
      readonly status: "granted";
      readonly principalId: string;
      readonly excess?: readonly ExcessRole[];
    }
  | { readonly status: "not-granted"; readonly excess?: readonly ExcessRole[] }
  | { readonly status: "absent" };

/** What a service principal has been granted. */
export interface Grant {
  readonly principalId: string;
  /** Every role that was asked for. */
  readonly complete: boolean;
  /** What was not asked for; left out when there is nothing. */
  readonly excess?: readonly ExcessRole[];
}

export interface Assignment {
  readonly principalId: string;
  /** `other`: a role of the resource API that nobody can ask this service for. */
  readonly role: Role | "other";
}

/** An app registration with the tag of this service, which others can write as well. */
export interface Registration {
  readonly clientId: string;
  /** Whose it says it is. */
  readonly lead?: Lead;
}

/** A page of a list of the directory. "expired": it no longer knows the mark that was asked for; begin anew. */
export type DirectoryPage<T> = { readonly items: readonly T[]; readonly next?: string } | "expired";

/**
 * What the directory says of grants. All methods throw `RemoteUnavailable` when only waiting helps, and `DirectoryRefused`
 * when the directory will not show what is asked for. One that is missing from an answer is not known now: neither absent
 * nor without a grant.
 */
export interface ConsentDirectory {
  /** Client and grant together, by client id: 10 clients to a call. */
  see(subjects: readonly ConsentSubject[]): Promise<ReadonlyMap<string, GrantStatus>>;
  /** What was granted to those that have a service principal: up to 300 clients to a call, and one for 20 that have one. */
  granted(subjects: readonly ConsentSubject[]): Promise<ReadonlyMap<string, Grant>>;
  /** The same of clients that nearly all have one, 300 to a call; one of which nothing is shown is missing. */
  carried(subjects: readonly ConsentSubject[]): Promise<ReadonlyMap<string, Grant>>;
  /**
   * A page of everything that is granted on the resource API, 999 at a time.
   *
   * @param from `next` of the page before
   */
  assignments(from?: string): Promise<DirectoryPage<Assignment>>;
  /**
   * A page of all app registrations of this service, 999 at a time. A list may lag: one that is missing has to be asked for before
   * anything is said about it.
   *
   * @param from `next` of the page before
   */
  registrations(from?: string): Promise<DirectoryPage<Registration>>;
  /**
   * Makes the service principal, if it is missing, and the assignments that are missing; answers the service principal.
   * Nothing: there is no such client, and it is not merely late.
   */
  grant(subject: ConsentSubject, expected: Expected): Promise<string | undefined>;
  /**
   * Takes away all that is granted to the client on the resource API. Safe to repeat.
   *
   * @returns whether the directory showed every role that was asked for: one that is late may have left some standing
   */
  revoke(subject: ConsentSubject): Promise<boolean>;
}
