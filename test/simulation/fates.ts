/** What becomes of one remote call: made and answered; or its process dies before or after it; or its service is not what it should be. */
export type Fate =
  | "pass"
  | "dies-before"
  | "dies-after"
  | "not-now"
  | "unknown"
  | "refused"
  | "late";

export interface Fates {
  next(): Fate;
  /** How often each of them was dealt. */
  readonly dealt: Readonly<Record<Fate, number>>;
  /** From now on every call is made and answered. */
  calm(): void;
}

/** Of a thousand calls. */
export interface Odds {
  readonly dies: number;
  readonly notNow: number;
  readonly unknown: number;
  readonly refused: number;
  /** Of calls of the directory. */
  readonly late: number;
}

/** Nothing goes wrong. */
export const isCalm = (odds: Odds): boolean => Object.values(odds).every((often) => often === 0);

export function fatesOf(random: () => number, odds: Odds): Fates {
  const dealt = {
    pass: 0,
    "dies-before": 0,
    "dies-after": 0,
    "not-now": 0,
    unknown: 0,
    refused: 0,
    late: 0,
  };
  let calmed = false;
  const deal = (): Fate => {
    if (calmed) return "pass";
    let at = random() * 1_000;
    for (const [fate, share] of [
      ["dies-before", odds.dies / 2],
      ["dies-after", odds.dies / 2],
      ["not-now", odds.notNow],
      ["unknown", odds.unknown],
      ["refused", odds.refused],
      ["late", odds.late],
    ] as const) {
      if (at < share) return fate;
      at -= share;
    }
    return "pass";
  };
  return {
    dealt,
    next: () => {
      const fate = deal();
      dealt[fate] += 1;
      return fate;
    },
    calm: () => {
      calmed = true;
    },
  };
}
