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
