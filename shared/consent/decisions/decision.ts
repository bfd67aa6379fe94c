import type { Actor } from "../../clients/actor.ts";
import type { ConsentState } from "../../clients/consent.ts";
import type { Claim } from "../claim.ts";
import type { ConsentCase } from "../consent-case.ts";

/** How a consent's state changes; `deleted`: the client itself has gone from the directory behind the service's back. */
export type Verdict = "granted" | "rejected" | "revoked" | "deleted";

/** What somebody decides, or finds decided in the directory. */
export interface NewDecision {
  readonly to: Verdict;
  readonly reason?: string;
  readonly principalId?: string;
  /** The case it is made on: if the consent has been decided otherwise meanwhile, the decision is void. */
  readonly subject: ConsentCase;
  /** The revision that was shown to whoever decides: on any other the decision is void. Any, when left out. */
  readonly boundTo?: number;
  /** Who decides; the directory, in which it was found, when left out. */
  readonly by?: Actor;
  /** In which request: of who decides, or of who had the directory asked. */
  readonly requestId?: string | undefined;
}

/** A change of state that is under way, written down before anything is changed so that anybody can finish it. */
export interface Decision extends NewDecision {
  /** Part of the ids of its event and alerts. */
  readonly id: string;
  readonly at: Date;
  /** Who carries it out; nobody when left out. */
  readonly claim?: Claim;
  /** `deleted` only: the client is being taken off its customer's list, so its absence is no longer somebody else's doing. */
  readonly removing?: boolean;
  /** Which targets have been told of it. */
  readonly told: readonly string[];
}

export interface VersionedDecision {
  readonly decision: Decision;
  readonly version: string;
}

/**
 * Which states a verdict may follow. The directory is the truth about grants, so one that is found there counts even after
 * a rejection or a revocation.
 */
const FROM: Readonly<Record<Verdict, readonly ConsentState[]>> = {
  granted: ["pending", "rejected", "revoked"],
  rejected: ["pending"],
  revoked: ["granted"],
  deleted: ["pending", "granted", "rejected", "revoked"],
};

export const mayFollow = (verdict: Verdict, state: ConsentState): boolean =>
  FROM[verdict].includes(state);
