import type { Verdict } from "../decisions/decision.ts";
import type { Stage } from "./alert.ts";

/** One stage of one consent on one channel: the unit that is sent once. */
export interface AlertKey {
  /** What it is about: a client id, or a message that could not be understood. */
  readonly about: string;
  readonly stage: Stage | Verdict;
  /** A threshold, or the id of a decision; empty where there is only one of the stage. */
  readonly mark: string;
  /** A channel, or `events` for the topic. */
  readonly target: string;
}

export interface AlertClaim {
  readonly key: AlertKey;
  /** Who sends it; a new one with each claim. */
  readonly owner: string;
  readonly claimedAt: Date;
  /** The sender gave it back: anybody may send it now. */
  readonly released: boolean;
  readonly attempts: number;
  readonly sentAt?: Date;
}

export interface VersionedClaim {
  readonly claim: AlertClaim;
  readonly version: string;
}

/** The table `alerts`. All methods throw `RemoteUnavailable`. */
export interface AlertLog {
  of(about: string): Promise<readonly VersionedClaim[]>;
  /** Nothing: somebody else has claimed it. */
  claim(claim: AlertClaim): Promise<VersionedClaim | undefined>;
  /** Several about one thing in one write. Nothing: somebody else has claimed one of them, so none of them was. */
  claimAll(claims: readonly AlertClaim[]): Promise<readonly VersionedClaim[] | undefined>;
  /** Nothing: the claim has changed meanwhile. */
  change(next: AlertClaim, version: string): Promise<VersionedClaim | undefined>;
}
