import { timeLeftMs } from "../../base/deadline.ts";
import { RemoteUnavailable } from "../../base/unavailable.ts";
import type { VersionedAccount } from "./ports.ts";

/**
 * The requests of one subscription that want to change its account, one behind the other within this process: whoever comes
 * first writes it, and hands it on as it is now, so that the next need not read it and nobody fights over its etag. Between
 * hosts the etag decides.
 */
export interface Line {
  /** @throws RemoteUnavailable when the caller's time is over before it is their turn */
  enter(subscription: string): Promise<Turn>;
}

export interface Turn {
  /** The account as whoever was here before has left it. */
  readonly known: VersionedAccount | undefined;
  /** Lets the next one in. @param next the account as it is now; left out when that is not certain */
  leave(next?: VersionedAccount): void;
}

/** Longest wait for a turn, in milliseconds; no longer than the request's own deadline. */
export const LONGEST_WAIT_MS = 10_000;

type Waiting = (known: VersionedAccount | undefined) => void;

export function subscriptionLine(): Line {
  const lines = new Map<string, Waiting[]>();

  const turnOf = (subscription: string, known: VersionedAccount | undefined): Turn => {
    let left = false;
    return {
      known,
      leave: (next) => {
        if (left) return;
        left = true;
        const waiting = lines.get(subscription)?.shift();
        if (waiting) waiting(next);
        else lines.delete(subscription);
      },
    };
  };

  return {
    enter: (subscription) => {
      const line = lines.get(subscription);
      if (!line) {
        lines.set(subscription, []);
        return Promise.resolve(turnOf(subscription, undefined));
      }
      return new Promise((resolve, reject) => {
        const waiting: Waiting = (known) => {
          clearTimeout(timer);
          resolve(turnOf(subscription, known));
        };
        const timer = setTimeout(() => {
          line.splice(line.indexOf(waiting), 1);
          reject(new RemoteUnavailable("records", { executed: "no", retryAfterSeconds: 1 }));
        }, timeLeftMs(LONGEST_WAIT_MS));
        line.push(waiting);
      });
    },
  };
}
