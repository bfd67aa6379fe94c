import type { Role } from "../clients/client.ts";
import type { Expected } from "../clients/ports.ts";
import type { CallOff } from "../events/call-off.ts";
import type { ConsentLook } from "../events/consent-look.ts";
import type { ConsentMessage } from "../events/consent-message.ts";
import type { ConsentRequestedV2 } from "../events/consent-requested.ts";
import type { ConsentState } from "./consent.ts";
import type { ConsentCase, VersionedCase } from "./consent-case.ts";
import type { Decision } from "./decisions/decision.ts";

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

/** The table `consents`: cases by state, and decisions that are under way. All methods throw `RemoteUnavailable`. */
export interface ConsentCases {
  /** Lists a pending case. Nothing: it is listed already. */
  open(pending: ConsentCase): Promise<VersionedCase | undefined>;
  get(state: ConsentState, clientId: string): Promise<VersionedCase | undefined>;
  /** Wherever it is listed: more than once while a decision is under way. */
  find(clientId: string): Promise<readonly VersionedCase[]>;
  all(state: ConsentState): AsyncIterable<VersionedCase>;
  /** In the order of client ids. `after`: the last id of the page before. */
  page(
    state: ConsentState,
    limit: number,
    after?: string,
  ): Promise<{ readonly cases: readonly ConsentCase[]; readonly more: boolean }>;
  put(listed: ConsentCase): Promise<void>;
  /** False: it has changed or gone meanwhile. */
  replace(listed: ConsentCase, version: string): Promise<boolean>;
  remove(state: ConsentState, clientId: string): Promise<void>;
  /** False: another decision on this client is under way. */
  begin(decision: Decision): Promise<boolean>;
  decision(clientId: string): Promise<Decision | undefined>;
  decisions(): AsyncIterable<Decision>;
  end(decision: Decision): Promise<void>;
}

/** What the directory is asked about. */
export interface ConsentSubject {
  readonly clientId: string;
  readonly appId: string;
  readonly roles: readonly Role[];
}

/** `absent`: the directory does not show the client; a new one may only be late. */
export type ConsentSight =
  | { readonly sight: "granted"; readonly principalId: string }
  | { readonly sight: "not-granted" | "absent" };

export interface Assignment {
  readonly principalId: string;
  readonly role: Role;
}

/** What the directory says of grants. All methods throw `RemoteUnavailable`. */
export interface ConsentDirectory {
  /** Client and grant together, by client id: 10 clients to a call. */
  see(subjects: readonly ConsentSubject[]): Promise<ReadonlyMap<string, ConsentSight>>;
  /** Those whose roles are all granted, with their service principals: 20 clients to a call. */
  granted(subjects: readonly ConsentSubject[]): Promise<ReadonlyMap<string, string>>;
  /**
   * A page of everything that is granted on the resource API, 999 at a time.
   *
   * @param from `next` of the page before. "expired": the directory no longer knows it; begin anew.
   */
  assignments(
    from?: string,
  ): Promise<{ readonly items: readonly Assignment[]; readonly next?: string } | "expired">;
  /**
   * Makes the service principal, if it is missing, and the assignments that are missing; answers the service principal.
   * Nothing: there is no such client, and it is not merely late.
   */
  grant(subject: ConsentSubject, expected: Expected): Promise<string | undefined>;
}
