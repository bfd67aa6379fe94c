import { ROTATE_ROLE, type Role } from "../../clients/client.ts";
import type { ConsentDeps } from "../consent-deps.ts";

/**
 * How far one pass over everything that is recorded has come. Durable after every page, so that a pass that dies is gone on
 * with and not begun again.
 */
export interface RevocationPass {
  readonly startedAt: Date;
  /** `grants` and `registrations`: the directory's lists are being read; `comparing`: our own are held against them. */
  readonly phase: "grants" | "registrations" | "comparing" | "done";
  /** Pages read so far. */
  readonly pages: number;
  /** The last granted client, by id, whose roles of other APIs have been looked at; from the first one when left out. */
  readonly lookedTo?: string;
  /** The directory's mark of the next page. */
  readonly from?: string;
  /** The host that works on it, and when it last said so. */
  readonly owner: string;
  readonly touchedAt: Date;
}

export interface VersionedPass {
  readonly pass: RevocationPass;
  readonly version: string;
}

/** All methods throw `RemoteUnavailable`. */
export interface RevocationProgress {
  current(): Promise<VersionedPass | undefined>;
  /** Saves the pass, with a page of what was seen if one was read. Nothing: another host has taken it. */
  save(
    pass: RevocationPass,
    version: string | undefined,
    seen?: readonly string[],
  ): Promise<VersionedPass | undefined>;
  /** Everything seen in this pass. */
  seen(): Promise<ReadonlySet<string>>;
  /** Forgets the pages of a pass that is over. */
  clear(): Promise<void>;
}

export interface RevocationDeps extends ConsentDeps {
  readonly progress: RevocationProgress;
  /** How often a pass begins, in milliseconds. */
  readonly revocationEveryMs: number;
}

/** As short as one id can be told from another: 12 characters with the kind, so that a page of 999 fits one row. */
const mark = (id: string, kind: string): string => `${id.replaceAll("-", "").slice(0, 11)}${kind}`;

/** A letter for each role, and one for all that nobody can ask for. */
const LETTERS: Readonly<Record<Role | "other", string>> = {
  "api.read": "r",
  "api.write": "w",
  [ROTATE_ROLE]: "k",
  other: "x",
};

export const grantMark = (principalId: string, role: Role | "other"): string =>
  mark(principalId, LETTERS[role]);

const REGISTRATION = "c";
export const registrationMark = (clientId: string): string => mark(clientId, REGISTRATION);
export const isOfRegistration = (seen: string): boolean => seen.endsWith(REGISTRATION);
