/** Clocks of two hosts may differ by so much. */
const SKEW_MS = 10_000;
const MOST = 10_000;

/**
 * Which subscriptions were found without a webhook, and when. One that is set later gets what happens from then on, so of
 * whatever happened before somebody looked nothing has to be sent, and nobody has to look again: a backlog that is worked off,
 * or the many events of an operation on a whole subscription, cost one read and not one each.
 */
export interface Absent {
  note(subscription: string, lookedAt: Date): void;
  /** Whether it is known that an event of that time is for no webhook. */
  covers(subscription: string, happenedAt: Date): boolean;
}

export function absentWebhooks(): Absent {
  const looked = new Map<string, number>();
  return {
    note: (subscription, lookedAt) => {
      looked.delete(subscription);
      looked.set(subscription, lookedAt.getTime());
      const [oldest] = looked.keys();
      if (looked.size > MOST && oldest !== undefined) looked.delete(oldest);
    },
    covers: (subscription, happenedAt) =>
      happenedAt.getTime() + SKEW_MS < (looked.get(subscription) ?? 0),
  };
}
