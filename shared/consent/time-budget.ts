import { timeLeftMs, withDeadline } from "../base/deadline.ts";
import type { ClaimDeps } from "./claim.ts";

/** What one entry of a sweep may take in all, in milliseconds: well below the age from which others take its claim over. */
export const entryBudgetMs = ({ reconcileAfterMs }: Pick<ClaimDeps, "reconcileAfterMs">): number =>
  Math.min(30_000, reconcileAfterMs * 0.6);

/** Of the time that is left, what talking to others may take. */
const SHARE_FOR_OTHERS = 0.6;

/** Runs what asks or tells others, within a part of the time that is left: what came of it has still to be written down. */
export const leavingTime = <T>(work: () => Promise<T>): Promise<T> =>
  withDeadline(timeLeftMs(30_000) * SHARE_FOR_OTHERS, work);
