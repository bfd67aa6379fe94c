import { AsyncLocalStorage } from "node:async_hooks";
import { timeLeftMs, withDeadline } from "../../base/deadline.ts";
import { RemoteUnavailable } from "../../base/unavailable.ts";
import type { Account } from "./account.ts";
import { type Line, LONGEST_WAIT_MS, subscriptionLine, type Turn } from "./line.ts";
import type { Admission, Changed, Ended, HeldEnding, VersionedAccount } from "./ports.ts";

/** Who need not be alone in their turn. */
interface Shareable {
  /** What no two of one transaction may have in common. */
  readonly marks: readonly string[];
  /** How many it writes at most, besides the account. */
  readonly rows: number;
  /** Whether it has been refused together with others. */
  readonly alone?: boolean;
}

/** Who wants to be admitted. */
export interface Asking extends Shareable {
  /** The account as they have read it, for when nobody hands it on. */
  readonly account: VersionedAccount;
  /** Counts it on the account as those before it leave it; nothing when that refuses it. Must not wait. */
  count(account: VersionedAccount): Admission | undefined;
}

/** Who wants to end. */
export interface Leaving extends Shareable, HeldEnding {
  /** The account as they know it, for when nobody hands it on. */
  readonly known: VersionedAccount | undefined;
  count(account: Account): Account;
}

/** What a turn has come to for one of those whose turn it was; nothing for whom the account has refused. */
export type Shared =
  | {
      readonly state: "admitted";
      readonly account: VersionedAccount;
      readonly version: string;
      readonly clientVersion?: string;
    }
  | { readonly state: "changed"; readonly changed: Changed | undefined }
  | undefined;

/** @returns what it has come to for each of them, in their order */
export type Carry<Item, Result> = (all: readonly Item[], turn: Turn) => Promise<readonly Result[]>;

/**
 * A turn for who need not be alone: all who wait when one of them is let in have their turn together, so that a burst of one
 * customer costs a few transactions and not one after the other.
 *
 * @throws RemoteUnavailable when the caller's time is over before it is their turn, or as `carry` does
 */
export type Share<Item, Result> = (
  subscription: string,
  item: Item,
  carry: Carry<Item, Result>,
) => Promise<Result>;

/** One line for all of a subscription's: those who want to be admitted have their turns together, and so have those who end. */
export interface SharedLine extends Line {
  readonly admit: Share<Asking, Shared>;
  readonly end: Share<Leaving, Ended>;
}

export function sharedLine(): SharedLine {
  const { enter } = subscriptionLine();
  return { enter, admit: sharedTurns(enter), end: sharedTurns(enter) };
}

/** So many at once, and so many rows: the service takes a hundred in one transaction, and one is the account. */
const MOST = 30;
const MOST_ROWS = 99;
/** All of a turn have what the one with the least time left has; whoever has less than this left has their turn alone. */
const LEAST_MS = 500;

interface Waiting<Item, Result> {
  readonly item: Item;
  readonly carry: Carry<Item, Result>;
  /** Runs in their own context: their deadline, and what is noted of their request. */
  readonly within: <T>(work: () => T) => T;
  readonly timer: NodeJS.Timeout;
  resolve(result: Result): void;
  reject(error: unknown): void;
}

/** Who stands in line for all that wait, and their turn to come. */
interface InLine<One> {
  readonly first: One;
  readonly turn: Promise<Turn>;
}

function sharedTurns<Item extends Shareable, Result>(enter: Line["enter"]): Share<Item, Result> {
  type One = Waiting<Item, Result>;
  const queues = new Map<string, One[]>();

  /** In line before who has the turn leaves it, so that the account is handed on. */
  const joinLine = (subscription: string, [first]: readonly One[]): InLine<One> | undefined => {
    if (!first) return undefined;
    const turn = first.within(() => enter(subscription));
    // Whoever awaits it hears of it.
    turn.catch(() => undefined);
    return { first, turn };
  };

  /** Settles those whose turn it was; does not fail. */
  const letIn = async (
    subscription: string,
    queue: One[],
    inLine: InLine<One>,
  ): Promise<InLine<One> | undefined> => {
    let together: readonly One[] = [inLine.first];
    let turn: Turn | undefined;
    let next: InLine<One> | undefined;
    const leave = (known?: VersionedAccount): void => {
      next ??= joinLine(subscription, queue);
      turn?.leave(known);
    };
    try {
      turn = await inLine.turn;
      together = takeTogether(queue);
      const [leader] = together;
      // All of them have given up meanwhile.
      if (leader) {
        const results = await carryOut(leader, together, { known: turn.known, leave });
        for (const [at, one] of together.entries()) one.resolve(results[at] as Result);
      }
    } catch (error) {
      for (const one of together) {
        quit(queue, one);
        one.reject(error);
      }
    }
    leave();
    return next;
  };

  const letAllIn = async (subscription: string, queue: One[]): Promise<void> => {
    let inLine = joinLine(subscription, queue);
    while (inLine)
      inLine = (await letIn(subscription, queue, inLine)) ?? joinLine(subscription, queue);
    queues.delete(subscription);
  };

  return (subscription, item, carry) =>
    new Promise((resolve, reject) => {
      const begun = queues.get(subscription);
      const queue = begun ?? [];
      const timer = setTimeout(() => {
        quit(queue, one);
        reject(new RemoteUnavailable("records", { executed: "no", retryAfterSeconds: 1 }));
      }, timeLeftMs(LONGEST_WAIT_MS));
      const within = AsyncLocalStorage.snapshot();
      const one: One = { item, carry, within, timer, resolve, reject };
      queue.push(one);
      if (begun) return;
      queues.set(subscription, queue);
      void letAllIn(subscription, queue);
    });
}

type Anyone = Pick<Waiting<unknown, unknown>, "within" | "timer">;

const leftMs = ({ within }: Anyone) => within(() => timeLeftMs(LONGEST_WAIT_MS));

/** All wait no longer than any of them may. */
const carryOut = <Item, Result>(
  leader: Waiting<Item, Result>,
  together: readonly Waiting<Item, Result>[],
  turn: Turn,
) =>
  leader.within(() =>
    withDeadline(Math.min(...together.map(leftMs)), () =>
      leader.carry(
        together.map(({ item }) => item),
        turn,
      ),
    ),
  );

/** Takes from the queue who is first, and who can go with them. */
function takeTogether<One extends Anyone & { readonly item: Shareable }>(
  queue: One[],
): readonly One[] {
  const together: One[] = [];
  const taken = new Set<string>();
  let rows = 0;
  for (const one of [...queue]) {
    const { marks, rows: own, alone = false } = one.item;
    const isAlone = alone || leftMs(one) < LEAST_MS;
    const fits = !isAlone && rows + own <= MOST_ROWS && !marks.some((mark) => taken.has(mark));
    if (together.length > 0 && !fits) continue;
    quit(queue, one);
    together.push(one);
    rows += own;
    for (const mark of marks) taken.add(mark);
    if (isAlone || together.length === MOST) break;
  }
  return together;
}

function quit(queue: Anyone[], one: Anyone): void {
  clearTimeout(one.timer);
  const at = queue.indexOf(one);
  if (at >= 0) queue.splice(at, 1);
}
