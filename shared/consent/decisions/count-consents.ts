import type { ConsentState } from "../../clients/consent.ts";
import type { ConsentDeps } from "../consent-deps.ts";

/** So many of each state are counted; a count that is as high may stand for more. */
export const COUNTED = 1_000;

export interface ConsentCounts extends Readonly<Record<ConsentState, number>> {
  /** Pending, and past the due time. */
  readonly overdue: number;
  /** With more than they asked for, of whatever state. */
  readonly drifted: number;
}

/** How many consents there are of each state: one request to the tables for each, and one for those with drift. Clients that have gone do not count. */
export async function countConsents({
  cases,
  runtime,
}: Pick<ConsentDeps, "cases" | "runtime">): Promise<ConsentCounts> {
  const now = runtime.now();
  const listed = async (state: ConsentState) =>
    (await cases.page(state, COUNTED)).cases.filter(({ found }) => !found.gone);
  const [pending, granted, rejected, revoked, drifts] = await Promise.all([
    listed("pending"),
    listed("granted"),
    listed("rejected"),
    listed("revoked"),
    cases.drifts(),
  ]);
  return {
    pending: pending.length,
    overdue: pending.filter(({ found }) => found.consent.dueAt <= now).length,
    granted: granted.length,
    rejected: rejected.length,
    revoked: revoked.length,
    drifted: drifts.length,
  };
}
