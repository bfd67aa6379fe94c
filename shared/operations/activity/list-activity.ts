import { done, type Outcome, refused } from "../../base/outcome.ts";
import type { Unread } from "../../base/unavailable.ts";
import { type Activity, placeOf } from "../../clients/activity.ts";
import type { ActivityRange, ActivityRecords } from "../../clients/activity-records.ts";
import type { ClientRecords } from "../../clients/ports.ts";
import type { ClientRefusal } from "../../clients/reasons.ts";

export interface ActivityPage {
  /** Newest first. */
  readonly items: readonly Activity[];
  /** Where the next page begins, if there is one. */
  readonly next?: string | undefined;
}

/** Entries that are read at a time where only some of them are wanted: as many as the table gives at once. */
const PAGE = 1_000;
/** So many are looked through for one answer at most; then it says where to go on, even with nothing in it. */
const LOOKED_THROUGH = 5_000;

/**
 * What was done to one client. Entries lie with the subscription and not with the client, so that those of a deleted one are
 * still its owner's; of a client that is not the caller's there are none. Two requests.
 */
export async function clientActivity(
  deps: { readonly records: Pick<ClientRecords, "client">; readonly activity: ActivityRecords },
  request: {
    readonly subscription: string;
    readonly clientId: string;
    readonly limit: number;
    readonly after?: string | undefined;
  },
): Promise<Outcome<ActivityPage, ClientRefusal>> {
  const { subscription, clientId, limit, after } = request;
  const [client, page] = await Promise.all([
    deps.records.client(subscription, clientId),
    subscriptionActivity(deps, subscription, { after }, limit, (one) => one.clientId === clientId),
  ]);
  // What an earlier page leads to is a page, even with nothing in it: a deleted client has no other sign of having been there.
  const isFound = page.items.length > 0 || page.next !== undefined || after !== undefined;
  const isKnown = client !== undefined || isFound;
  return isKnown ? done(page) : refused({ reason: "not-found" });
}

/** @param fits left out: every entry is wanted, and no more of them are read */
export async function subscriptionActivity(
  { activity }: { readonly activity: ActivityRecords },
  subscription: string,
  range: ActivityRange,
  limit: number,
  fits?: (entry: Activity) => boolean,
  unread?: Unread,
): Promise<ActivityPage> {
  const items: Activity[] = [];
  let { after } = range;
  const size = fits ? PAGE : limit + 1;
  for (let read = 0; read < LOOKED_THROUGH; read += size) {
    const page = await activity.activity(subscription, { ...range, after }, size, unread);
    for (const entry of page.entries) {
      if (fits && !fits(entry)) continue;
      const last = items.at(-1);
      if (items.length === limit && last) return { items, next: placeOf(last) };
      items.push(entry);
    }
    if (!page.more) return { items };
    after = page.last;
  }
  return { items, next: after };
}
