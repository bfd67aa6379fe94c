import { ceilingFor } from "../../base/fair-share.ts";
import { done, type Outcome, refused } from "../../base/outcome.ts";
import { shortHash } from "../../base/short-hash.ts";
import type { Usage } from "../../base/usage.ts";
import type { ShareRefusal } from "./account.ts";

/** The directory's writes, which all subscriptions share. */
export interface WriteShare {
  /** Takes one, or says that it is kept for others. @returns gives it back: it was not needed */
  take(subscription: string): Outcome<() => void, ShareRefusal>;
  /** Counts one that is in nobody's share: an operator's. @returns gives it back: it was not needed */
  count(): () => void;
  /** How long operations on whole subscriptions have to wait to stay below half of the directory's writes, in milliseconds. */
  operatorsWaitMs(): number;
}

/** Half of the directory's writes are kept for those who have used least. */
const KEPT = 0.5;
/** So small a part of a minute's writes, in ten minutes, is never too much: a client with its secret, and a change or two. */
const LITTLE = 1 / 12;
const ALL = "writes";
const OPERATORS = "operators";

/** Below half: the other half and more is the customers'. */
export const writesForOperators = (writesPerMinute: number): number =>
  Math.max(1, Math.ceil(writesPerMinute / 2) - 1);

/**
 * Keeps one subscription from using up the directory's writes for all: 60 a minute for the whole tenant where clients may have
 * personal accounts in their audience. What counts is who has used how much in the last ten minutes (`fair-share.ts`), so an
 * attacker with several subscriptions has them all behind whoever comes new, after the first writes of each.
 *
 * Counted by the hosts together (`usage.ts` says with which error). The names of subscriptions stay out of it.
 *
 * @param writesPerMinute `DIRECTORY_WRITES_PER_MINUTE`
 */
export const writeShare = (usage: Usage, writesPerMinute: number): WriteShare => ({
  count: () => {
    const back = [usage.add("minute", ALL), usage.add("minute", OPERATORS)];
    return () => {
      for (const giveBack of back.splice(0)) giveBack();
    };
  },
  operatorsWaitMs: () => {
    const most = writesForOperators(writesPerMinute);
    return usage.within("minute", OPERATORS) < most ? 0 : usage.freeInMs("minute", OPERATORS, most);
  },
  take: (subscription) => {
    const key = `${ALL}:${shortHash(subscription)}`;
    const used = usage.within("tenMinutes", key);
    const most = Math.max(usage.most("tenMinutes", `${ALL}:`), writesPerMinute * LITTLE, 1);
    const ceiling = Math.max(1, ceilingFor(writesPerMinute, KEPT, used, most));
    if (usage.within("minute", ALL) + 1 > ceiling) {
      const freeInMs = usage.freeInMs("minute", ALL, Math.floor(ceiling));
      const retryAfterSeconds = Math.max(1, Math.ceil(freeInMs / 1000));
      return refused({ reason: "share-used-up", limit: writesPerMinute, retryAfterSeconds });
    }
    const back = [usage.add("minute", ALL), usage.add("tenMinutes", key)];
    return done(() => {
      for (const giveBack of back.splice(0)) giveBack();
    });
  },
});
