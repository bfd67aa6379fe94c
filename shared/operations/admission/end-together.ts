import type { Ended, OperationRecords } from "./ports.ts";
import type { Carry, Leaving } from "./shared-turn.ts";

export type EndRecords = Pick<OperationRecords, "end" | "endAll" | "account">;

/**
 * One transaction for all whose turn it is to end, each counted on the account as the one before leaves it. Where that is refused
 * each finds out alone, in a turn of its own, what is not as expected.
 */
export const endTogether =
  (operations: EndRecords): Carry<Leaving, Ended> =>
  async (all, turn) => {
    const [first] = all;
    if (!first) return [];
    const known = turn.known ?? all.findLast((one) => one.known)?.known;
    const before = known ?? (await operations.account(first.held.entry.subscription));
    const account = all.reduce((counted, one) => one.count(counted), before.account);
    const after = { ...before, account };
    if (all.length === 1)
      return [await operations.end(first.held, { ...first.ending, account: after })];
    const version = await operations.endAll(after, all);
    if (version !== undefined) turn.leave({ account, version });
    return all.map(() => (version === undefined ? "changed" : "ended"));
  };
