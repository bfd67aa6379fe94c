import { done, type Outcome, refused } from "../base/outcome.ts";

/** What a subscription has used up of its two limits. One row in the records, changed only under its etag. */
export interface Account {
  readonly subscription: string;
  /** Clients it has, and clients that are being created for it. */
  readonly clients: number;
  /** The minute (epoch minutes) in which `writes` was counted. */
  readonly minute: number;
  /** Changes asked of the directory within that minute. */
  readonly writes: number;
}

export interface AccountLimits {
  /** `MAX_CLIENTS_PER_SUBSCRIPTION` */
  readonly maxClients: number;
  /** `SUBSCRIPTION_WRITES_PER_MINUTE` */
  readonly writesPerMinute: number;
}

export type AccountRefusal =
  | { readonly reason: "client-limit-reached"; readonly limit: number }
  | {
      readonly reason: "rate-limited";
      readonly limit: number;
      readonly retryAfterSeconds: number;
    };

/**
 * Counts one more change of the directory, and with `takesSlot` one more client, or says which limit forbids it.
 * A fixed window, because one number in a row we read anyway is enough to keep one customer from using up everybody's
 * 60 writes a minute.
 */
export function admit(
  account: Account,
  takesSlot: boolean,
  limits: AccountLimits,
  now: Date,
): Outcome<Account, AccountRefusal> {
  const minute = Math.floor(now.getTime() / 60_000);
  const writes = account.minute === minute ? account.writes : 0;
  if (takesSlot && account.clients >= limits.maxClients) {
    return refused({ reason: "client-limit-reached", limit: limits.maxClients });
  }
  if (writes >= limits.writesPerMinute) {
    const retryAfterSeconds = Math.ceil(((minute + 1) * 60_000 - now.getTime()) / 1000);
    return refused({ reason: "rate-limited", limit: limits.writesPerMinute, retryAfterSeconds });
  }
  return done({
    ...account,
    clients: account.clients + (takesSlot ? 1 : 0),
    minute,
    writes: writes + 1,
  });
}
