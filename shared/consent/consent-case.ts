import type { Actor } from "../clients/actor.ts";
import type { ClientRecord, Role } from "../clients/client.ts";
import type { Consent } from "../clients/consent.ts";
import type { Standing } from "../clients/standing.ts";
import type { Suspension } from "../clients/suspension.ts";
import type { Claim } from "./claim.ts";
import { type Drift, driftMark } from "./drift.ts";
import { type NameFlag, nameFlags } from "./name-flags.ts";
import type { Told } from "./told.ts";

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
  /** The same as their token proves them; unknown of clients that were made before this was noted. */
  readonly requester?: Actor;
  /** What their subscription had besides when it asked; unknown where it had too much to be looked at. */
  readonly before?: Standing;
  readonly consent: Consent;
  /** What an operator should look at twice; nothing where there is none, and on rows from before there were any. */
  readonly flags?: readonly NameFlag[];
  /** Of the client's record when the case was last brought up to it: what a decision on it is bound to. */
  readonly revision: number;
  /** Pending only. */
  readonly clock?: CaseClock;
  /** Granted only: what is known of the grant. */
  readonly grant?: CaseGrant;
  /** Pending only: its client has been deleted, and no list shows it. It goes once what it owes other systems is paid. */
  readonly gone?: boolean;
  /** As the client's record has it; of a client that is listed this moment, and nothing of what is read from the list later. */
  readonly noWebhook?: boolean;
  /** Its client was deleted and is back: that it was made other systems have heard long ago. */
  readonly restored?: boolean;
  /** Its client was deleted and is back before other systems had heard of its create, which was this operation. */
  readonly madeBy?: string;
  /** Of the client's record alone, once the case has been held against it. */
  readonly suspended?: Suspension;
}

export interface CaseClock {
  /** When it is checked again. It moves when all that was due has been told, or has been put off. */
  readonly nextCheckAt: Date;
  /** A message comes at that time, so that the sweep need not. */
  readonly byMessage: boolean;
  /** By which reminders and open hours that was worked out; unknown of rows from before it was noted. */
  readonly policy?: string;
  /** Checks in a row that could not be finished. */
  readonly attempts: number;
  /** What has been told to whom. */
  readonly told: Told;
  /** Who is telling right now; nobody when left out. */
  readonly claim?: Claim;
}

export interface CaseGrant {
  /** The client's service principal, by which the directory lists what is granted; unknown after a rebuild of the records. */
  readonly principalId?: string;
  /** When the directory last showed the grant, where that is later than the decision. */
  readonly seenAt?: Date;
  /** When the directory first did not show it, although it had done so moments before. */
  readonly doubtedAt?: Date;
}

/** A case as operators are shown it. */
export interface ShownCase extends ConsentCase {
  /** What its customer has besides, now. */
  readonly customer: Standing;
  /** What it carries beyond what it asked for. */
  readonly drift?: Pick<Drift, "excess" | "foundAt">;
}

export interface VersionedCase {
  readonly found: ConsentCase;
  readonly version: string;
}

/** A case as it begins: to be checked now. */
export const openCase = (record: ClientRecord, requestedBy: string): ConsentCase => ({
  clientId: record.id,
  operationId: record.operationId,
  subscription: record.subscription,
  appId: record.appId,
  displayName: record.displayName,
  roles: record.roles,
  requestedBy,
  ...(record.requester && { requester: record.requester }),
  consent: record.consent,
  flags: nameFlags(record.displayName),
  ...(record.restoredAt && { restored: true }),
  ...(record.noWebhook && !record.restoredAt && { noWebhook: true }),
  revision: record.revision,
  clock: newClock(record.consent.requestedAt),
});

const newClock = (nextCheckAt: Date): CaseClock => ({
  nextCheckAt,
  byMessage: false,
  attempts: 0,
  told: {},
});

/** The clock of a pending case; rows of records that were rebuilt begin anew. */
export const clockOf = ({ clock, consent }: ConsentCase): CaseClock =>
  clock ?? newClock(consent.requestedAt);

/** The case brought up to what the client's record says. */
export const refreshCase = (
  { suspended: _, ...found }: ConsentCase,
  record: ClientRecord,
): ConsentCase => ({
  ...found,
  displayName: record.displayName,
  consent: record.consent,
  ...(record.suspended && { suspended: record.suspended }),
  // Whose name the new one looks like is found by whoever compares it next.
  ...(record.displayName !== found.displayName && { flags: nameFlags(record.displayName) }),
  revision: record.revision,
});

type Revised = Pick<ShownCase, "clientId" | "revision" | "drift">;

/** What was shown to whoever decides: it changes with the client's name, with every decision, and with what else it was granted. */
export const shownRevision = ({ revision, drift }: Pick<Revised, "revision" | "drift">) =>
  drift ? `${revision}.${driftMark(drift)}` : String(revision);

export const caseRevision = (found: Revised) => `${found.clientId}.${shownRevision(found)}`;

export const caseEtag = (found: Revised) => `"${caseRevision(found)}"`;
