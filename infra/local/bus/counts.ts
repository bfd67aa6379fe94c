/** What the bus has done since its process began (or since `reset`), in messages. */
export interface Counts {
  sent: number;
  duplicates: number;
  delivered: number;
  completed: number;
  abandoned: number;
  deferred: number;
  deadLettered: number;
  expired: number;
  locksExpired: number;
  scheduled: number;
  canceled: number;
}

export const noCounts = (): Counts => ({
  sent: 0,
  duplicates: 0,
  delivered: 0,
  completed: 0,
  abandoned: 0,
  deferred: 0,
  deadLettered: 0,
  expired: 0,
  locksExpired: 0,
  scheduled: 0,
  canceled: 0,
});
