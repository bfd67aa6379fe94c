import type { ConsentState } from "../consent.ts";
import type { ConsentCase } from "../consent-case.ts";

/** How a consent's state changes; `deleted`: the client itself has gone from the directory behind the service's back. */
export type Verdict = "granted" | "rejected" | "revoked" | "deleted";

/** A change of state that is under way, written down before anything is changed so that anybody can finish it. */
export interface Decision {
  /** Part of the ids of its event and alerts. */
  readonly id: string;
  readonly to: Verdict;
  readonly at: Date;
  readonly reason?: string;
  readonly principalId?: string;
  /** The case as it was. */
  readonly of: ConsentCase;
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
