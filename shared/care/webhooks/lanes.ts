/**
 * How many calls of webhooks go on at once in this process. A host works on so many messages at a time; one customer's endpoint
 * that takes its time must leave most of them to the others, and all those that fail together at least half.
 */
const OF_ONE = 3;
const OF_ONE_FAILING = 1;
const OF_ALL_FAILING = 8;

export interface Lanes {
  /** @returns leaves the lane again; nothing: all are taken */
  enter(subscription: string, isFailing: boolean): (() => void) | undefined;
}

export function callLanes(): Lanes {
  const own = new Map<string, number>();
  let failing = 0;
  return {
    enter: (subscription, isFailing) => {
      const taken = own.get(subscription) ?? 0;
      if (taken >= (isFailing ? OF_ONE_FAILING : OF_ONE)) return undefined;
      if (isFailing && failing >= OF_ALL_FAILING) return undefined;
      own.set(subscription, taken + 1);
      if (isFailing) failing += 1;
      return () => {
        const left = (own.get(subscription) ?? 1) - 1;
        if (left > 0) own.set(subscription, left);
        else own.delete(subscription);
        if (isFailing) failing -= 1;
      };
    },
  };
}
