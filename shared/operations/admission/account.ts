import { done, type Outcome, refused } from "../../base/outcome.ts";

/** What a subscription has used up of its limits. One row in the records, changed only under its etag. */
export interface Account {
  readonly subscription: string;
  /** Clients it has, and clients that are being created for it. */
  readonly clients: number;
  /** The newest minute (epoch minutes) in which a change was counted. */
  readonly minute: number;
  /** Changes asked of the directory within that minute. */
  readonly writes: number;
  /** The last day (UTC, `2026-11-21`) on which it is noted as active, for what looks after what was kept. */
  readonly activeOn?: string | undefined;
  /** How many of its clients were deleted, by day (UTC): those that the directory still keeps. */
  readonly deletedOn?: Readonly<Record<string, number>> | undefined;
  /** Set while operators let it make no more clients. */
  readonly blocked?: Stop | undefined;
  /** Set while operators have all of its clients stopped, from the moment they said so. */
  readonly suspended?: Stop | undefined;
  /** Whether it has a webhook of its own; not known of accounts from before this was kept. */
  readonly webhook?: boolean | undefined;
  /** The operations that reversed the latest of each. */
  readonly resumed?: string | undefined;
  readonly unblocked?: string | undefined;
}

/** What operators have done to a subscription. */
export interface Stop {
  /** The operation that carries it out. */
  readonly operationId: string;
  /** Shown to the customer. */
  readonly reason: string;
  readonly at: Date;
  /** It is to end: from then on its clients are deleted. */
  readonly deleteAt?: Date | undefined;
  /** It has ended: nothing of it is left. */
  readonly endedAt?: Date | undefined;
}

export interface AccountLimits {
  /** `MAX_CLIENTS_PER_SUBSCRIPTION` */
  readonly maxClients: number;
  /** `SUBSCRIPTION_WRITES_PER_MINUTE` */
  readonly writesPerMinute: number;
  /** `MAX_DELETED_CLIENTS_PER_SUBSCRIPTION` */
  readonly maxDeleted: number;
}

/** The directory's writes are kept for others. */
export interface ShareRefusal {
  readonly reason: "share-used-up";
  /** Writes that all customers together have in a minute. */
  readonly limit: number;
  readonly retryAfterSeconds: number;
}

export type AccountRefusal =
  /** Operators let it make no more clients. */
  | { readonly reason: "subscription-blocked"; readonly because: string }
  | { readonly reason: "client-limit-reached"; readonly limit: number }
  | {
      readonly reason: "deleted-limit-reached";
      readonly limit: number;
      readonly retryAfterSeconds: number;
    }
  | ShareRefusal
  | {
      readonly reason: "rate-limited";
      readonly limit: number;
      readonly retryAfterSeconds: number;
    };

export const newAccount = (subscription: string): Account => ({
  subscription,
  clients: 0,
  minute: 0,
  writes: 0,
  webhook: false,
});

/** Clocks of two hosts are taken to differ by no more than this, in minutes. */
const MAX_SKEW_MINUTES = 2;

/**
 * Counts one more change of the directory, and with `takesPlace` one more client, or says which limit forbids it.
 *
 * A fixed window, because one number in a row we read anyway is enough to keep one customer from using up everybody's
 * 60 writes a minute. The window does not go back: of two hosts whose clocks disagree about the minute, the slower one counts
 * into the window of the faster. Only a clock that was minutes ahead is not believed, or nobody could write until then.
 */
export function countChange(
  account: Account,
  takesPlace: boolean | "restored",
  limits: AccountLimits,
  now: Date,
): Outcome<Account, AccountRefusal> {
  const current = Math.floor(now.getTime() / 60_000);
  const ahead = account.minute - current;
  const minute = ahead > 0 && ahead <= MAX_SKEW_MINUTES ? account.minute : current;
  const writes = account.minute === minute ? account.writes : 0;
  if (takesPlace && account.clients >= limits.maxClients) {
    return refused({ reason: "client-limit-reached", limit: limits.maxClients });
  }
  const kept = keptOf(account, now);
  // One that comes back is one fewer that the directory keeps.
  if (takesPlace === true && sum(kept) >= limits.maxDeleted) {
    const retryAfterSeconds = secondsUntilRoom(kept, limits.maxDeleted, now);
    return refused({
      reason: "deleted-limit-reached",
      limit: limits.maxDeleted,
      retryAfterSeconds,
    });
  }
  if (writes >= limits.writesPerMinute) {
    const retryAfterSeconds = Math.ceil(((minute + 1) * 60_000 - now.getTime()) / 1000);
    return refused({ reason: "rate-limited", limit: limits.writesPerMinute, retryAfterSeconds });
  }
  return done({
    ...account,
    clients: account.clients + (takesPlace ? 1 : 0),
    minute,
    writes: writes + 1,
    activeOn: now.toISOString().slice(0, 10),
  });
}

/** The subscription is active today, at nobody's charge. */
export const noteActive = (account: Account, now: Date): Account => ({
  ...account,
  activeOn: now.toISOString().slice(0, 10),
});

/** The same with one client more, if there is room for it. */
export const countPlace = (
  account: Account,
  { maxClients: limit }: AccountLimits,
  now: Date,
): Outcome<Account, AccountRefusal> =>
  account.clients >= limit
    ? refused({ reason: "client-limit-reached", limit })
    : done(noteActive({ ...account, clients: account.clients + 1 }, now));

/** One client fewer. */
export const givePlaceBack = (account: Account): Account => ({
  ...account,
  clients: Math.max(0, account.clients - 1),
});

const DAY_MS = 86_400_000;
/** The directory keeps what was deleted for 30 days; the day of it counts until all of it is that old. */
const KEPT_DAYS = 31;
const keptUntil = (day: string): number => Date.parse(day) + KEPT_DAYS * DAY_MS;
const sum = (counts: Readonly<Record<string, number>>): number =>
  Object.values(counts).reduce((a, b) => a + b, 0);

/** Deletions that the directory still keeps, by day. */
const keptOf = ({ deletedOn = {} }: Account, now: Date): Readonly<Record<string, number>> =>
  Object.fromEntries(Object.entries(deletedOn).filter(([day]) => keptUntil(day) > now.getTime()));

/** When fewer than the limit will be kept. */
function secondsUntilRoom(
  kept: Readonly<Record<string, number>>,
  limit: number,
  now: Date,
): number {
  let left = sum(kept);
  for (const day of Object.keys(kept).toSorted()) {
    left -= kept[day] ?? 0;
    if (left < limit) return Math.ceil((keptUntil(day) - now.getTime()) / 1000);
  }
  return (KEPT_DAYS * DAY_MS) / 1000;
}

/** One client fewer, which the directory goes on keeping: 31 counts at most, one for each day. */
export function countDeleted(account: Account, at: Date): Account {
  const kept = keptOf(account, at);
  const day = at.toISOString().slice(0, 10);
  return { ...givePlaceBack(account), deletedOn: { ...kept, [day]: (kept[day] ?? 0) + 1 } };
}

/** One that was deleted then is kept no more: it is back, or gone for good. */
export function countBack(account: Account, deletedAt: Date): Account {
  const day = deletedAt.toISOString().slice(0, 10);
  const { [day]: then = 0, ...others } = account.deletedOn ?? {};
  return { ...account, deletedOn: { ...others, ...(then > 1 && { [day]: then - 1 }) } };
}
