import { AsyncLocalStorage } from "node:async_hooks";
import { timeLeftMs, withDeadline } from "../../base/deadline.ts";
import { RemoteUnavailable } from "../../base/unavailable.ts";
import { type Line, LONGEST_WAIT_MS, subscriptionLine, type Turn } from "./line.ts";
import type { Admission, Changed, VersionedAccount } from "./ports.ts";

/** Who wants to be admitted, and need not be alone in their turn. */
export interface Asking {
  /** The account as they have read it, for when nobody hands it on. */
  readonly account: VersionedAccount;
  /** What no two of one transaction may have in common. */
  readonly marks: readonly string[];
  /** Counts it on the account as those before it leave it; nothing when that refuses it. Must not wait. */
  count(account: VersionedAccount): Admission | undefined;
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
export type Carry = (all: readonly Asking[], turn: Turn) => Promise<readonly Shared[]>;

export interface SharedLine extends Line {
  /**
   * The same for who need not be alone: all who wait to be admitted when one of them is let in have their turn together, so that
   * a burst of one customer costs a few transactions and not one after the other. Whoever asks alone is let in as by `enter`.
   *
   * @throws RemoteUnavailable when the caller's time is over before it is their turn, or as `carry` does
   */
  share(subscription: string, asking: Asking, carry: Carry): Promise<Shared>;
}

export function sharedLine(): SharedLine {
  const { enter } = subscriptionLine();
  return { enter, share: sharedTurns(enter) };
}

/** So many at once: the service takes a hundred rows in one transaction, and none of them has more than three of its own. */
const MOST = 30;
/** All of a turn have what the one with the least time left has; whoever has less than this left has their turn alone. */
const LEAST_MS = 500;

interface Waiting {
  readonly asking: Asking;
  readonly carry: Carry;
  /** Runs in their own context: their deadline, and what is noted of their request. */
  readonly within: <T>(work: () => T) => T;
  readonly timer: NodeJS.Timeout;
  resolve(shared: Shared): void;
  reject(error: unknown): void;
}

/** Who stands in line for all that wait, and their turn to come. */
interface InLine {
  readonly first: Waiting;
  readonly turn: Promise<Turn>;
}

function sharedTurns(enter: Line["enter"]): SharedLine["share"] {
  const queues = new Map<string, Waiting[]>();

  /** In line before who has the turn leaves it, so that the account is handed on. */
  const joinLine = (subscription: string, [first]: readonly Waiting[]): InLine | undefined => {
    if (!first) return undefined;
    const turn = first.within(() => enter(subscription));
    // Whoever awaits it hears of it.
    turn.catch(() => undefined);
    return { first, turn };
  };

  /** Settles those whose turn it was; does not fail. */
  const letIn = async (
    subscription: string,
    queue: Waiting[],
    inLine: InLine,
  ): Promise<InLine | undefined> => {
    let together: readonly Waiting[] = [inLine.first];
    let turn: Turn | undefined;
    let next: InLine | undefined;
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
        const shared = await carryOut(leader, together, { known: turn.known, leave });
        for (const [at, one] of together.entries()) one.resolve(shared[at]);
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

  const letAllIn = async (subscription: string, queue: Waiting[]): Promise<void> => {
    let inLine = joinLine(subscription, queue);
    while (inLine)
      inLine = (await letIn(subscription, queue, inLine)) ?? joinLine(subscription, queue);
    queues.delete(subscription);
  };

  return (subscription, asking, carry) =>
    new Promise((resolve, reject) => {
      const begun = queues.get(subscription);
      const queue = begun ?? [];
      const timer = setTimeout(() => {
        quit(queue, one);
        reject(new RemoteUnavailable("records", { executed: "no", retryAfterSeconds: 1 }));
      }, timeLeftMs(LONGEST_WAIT_MS));
      const within = AsyncLocalStorage.snapshot();
      const one: Waiting = { asking, carry, within, timer, resolve, reject };
      queue.push(one);
      if (begun) return;
      queues.set(subscription, queue);
      void letAllIn(subscription, queue);
    });
}

const leftMs = ({ within }: Waiting) => within(() => timeLeftMs(LONGEST_WAIT_MS));

/** Each counts in their own context, and all wait no longer than any of them may. */
const carryOut = (leader: Waiting, together: readonly Waiting[], turn: Turn) =>
  leader.within(() =>
    withDeadline(Math.min(...together.map(leftMs)), () =>
      leader.carry(
        together.map(({ asking, within }) => ({
          ...asking,
          count: (account) => within(() => asking.count(account)),
        })),
        turn,
      ),
    ),
  );

/** Takes from the queue who is first, and who can go with them. */
function takeTogether(queue: Waiting[]): readonly Waiting[] {
  const together: Waiting[] = [];
  const taken = new Set<string>();
  for (const one of [...queue]) {
    const isAlone = leftMs(one) < LEAST_MS;
    const fits = !isAlone && !one.asking.marks.some((mark) => taken.has(mark));
    if (together.length > 0 && !fits) continue;
    quit(queue, one);
    together.push(one);
    for (const mark of one.asking.marks) taken.add(mark);
    if (isAlone || together.length === MOST) break;
  }
  return together;
}

function quit(queue: Waiting[], one: Waiting): void {
  clearTimeout(one.timer);
  const at = queue.indexOf(one);
  if (at >= 0) queue.splice(at, 1);
}
