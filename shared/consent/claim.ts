import { timeLeftMs, withDeadline } from "../base/deadline.ts";
import type { Runtime } from "../base/runtime.ts";

/** Who is telling people and systems of something right now. It stands on the row of what is told. */
export interface Claim {
  /** A new one with each claim: a write whose answer was lost is known again by it. */
  readonly owner: string;
  readonly claimedAt: Date;
}

export interface ClaimDeps {
  readonly runtime: Runtime;
  /** Age from which a claim counts as its host's death, in milliseconds. */
  readonly reconcileAfterMs: number;
}

export const newClaim = ({ runtime }: Pick<ClaimDeps, "runtime">): Claim => ({
  owner: runtime.newId(),
  claimedAt: runtime.now(),
});

/** Whether somebody may still be at it. */
export const isHeld = (claim: Claim | undefined, deps: ClaimDeps): boolean =>
  claim !== undefined &&
  deps.runtime.now().getTime() - claim.claimedAt.getTime() < deps.reconcileAfterMs;

/** What one entry of a sweep may take in all, in milliseconds: well below the age from which others take its claim over. */
export const entryBudgetMs = ({ reconcileAfterMs }: Pick<ClaimDeps, "reconcileAfterMs">): number =>
  Math.min(30_000, reconcileAfterMs * 0.6);

/** Of the time that is left, what talking to others may take. */
const SHARE_FOR_OTHERS = 0.6;

/** Runs what asks or tells others, within a part of the time that is left: what came of it has still to be written down. */
export const leavingTime = <T>(work: () => Promise<T>): Promise<T> =>
  withDeadline(timeLeftMs(30_000) * SHARE_FOR_OTHERS, work);
