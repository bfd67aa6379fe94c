import type { RemoteCall, Tap } from "../../../infra/local/tap.ts";

/**
 * When, around one remote call, the blow falls: before the service has seen it, after it was carried out, or not at all but
 * the answer is lost.
 */
export type Moment = "before" | "after" | "answer-lost";
export const moments: readonly Moment[] = ["before", "after", "answer-lost"];

export interface KillSwitch {
  readonly tap: Tap;
  /** Names of the calls made since the last `watch`. */
  readonly calls: readonly string[];
  /** Forgets the calls, and lets nothing happen. */
  watch(): void;
  /** Strikes at the call with this number (from 0) since now. */
  arm(at: number, moment: Moment, strike: () => void): void;
}

export function createKillSwitch(): KillSwitch {
  const calls: string[] = [];
  let victim: RemoteCall | undefined;
  let plan: { at: number; moment: Moment; strike: () => void } | undefined;

  return {
    calls,
    watch: () => {
      calls.length = 0;
      plan = undefined;
      victim = undefined;
    },
    arm: (at, moment, strike) => {
      calls.length = 0;
      victim = undefined;
      plan = { at, moment, strike };
    },
    tap: {
      before: async (call) => {
        calls.push(`${call.service}: ${call.name}`);
        if (!plan || calls.length - 1 !== plan.at) return "pass";
        victim = call;
        if (plan.moment !== "before") return "pass";
        plan.strike();
        return "cut";
      },
      after: async (call) => {
        if (!plan || call !== victim) return "pass";
        if (plan.moment === "after") plan.strike();
        return "cut";
      },
    },
  };
}
