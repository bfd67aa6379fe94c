import { DAY_MS, dayOf } from "../base/day.ts";
import { inLanes } from "../base/in-lanes.ts";
import type { Runtime } from "../base/runtime.ts";
import { type Activity, invertedTime, placeOf, timeOfPlace } from "../clients/activity.ts";
import type { ActivityRecords } from "../clients/activity-records.ts";
import { type ActivityPage, subscriptionActivity } from "./list-activity.ts";

export interface FindActivityDeps {
  readonly activity: ActivityRecords;
  /** Indexes of the subscriptions that were active on a day. */
  readonly activeOn: readonly ((day: string) => AsyncIterable<string>)[];
  readonly runtime: Runtime;
  /** `ACTIVITY_KEPT`, in milliseconds. */
  readonly activityKeptMs: number;
}

export interface ActivityQuery {
  readonly subscription?: string | undefined;
  /** A subject, or a kind of actor. */
  readonly actor?: string | undefined;
  /** An action, or what it is about: `secret` for `secret.created` and `secret.removed`. */
  readonly action?: string | undefined;
  readonly since?: Date | undefined;
  readonly after?: string | undefined;
  readonly limit: number;
}

/** So many days are looked through for one answer at most; then it says where to go on. */
const DAYS = 31;
const LANES = 8;
/** More than one subscription can do in a day, in times of what is looked through at once. */
const ROUNDS = 1_000;
/** Clocks of two hosts are taken to differ by no more than this, in milliseconds. */
const SKEW_MS = 120_000;

/**
 * What was done, for operators: of one subscription, or of all, by the days on which they were active. It costs what was active
 * on the days that are looked at, and nothing is written for it that is not written anyway.
 */
export async function findActivity(
  deps: FindActivityDeps,
  query: ActivityQuery,
): Promise<ActivityPage> {
  const { subscription, after, limit } = query;
  const now = deps.runtime.now().getTime();
  const oldest = new Date(now - deps.activityKeptMs);
  const since = query.since && query.since > oldest ? query.since : oldest;
  const fits = filterOf(query);
  if (subscription !== undefined)
    return subscriptionActivity(deps, subscription, { after, since }, limit, fits);

  const from = after === undefined ? now : timeOfPlace(after).getTime();
  let dayStart = Date.parse(dayOf(new Date(Math.min(from, now) + SKEW_MS)));
  const items: Activity[] = [];
  for (let days = 0; days < DAYS && items.length < limit; days += 1) {
    if (dayStart + DAY_MS <= since.getTime()) return { items };
    const range = rangeOf(dayStart, after, since);
    // Whoever ended a change after midnight is listed under the day before.
    const active = await subscriptionsOf(deps, [dayStart, dayStart - DAY_MS]);
    const page = await pageOfDay(deps, active, range, limit - items.length, fits);
    items.push(...page.items);
    if (page.next !== undefined) return { items, next: page.next };
    dayStart -= DAY_MS;
  }
  return { items, next: invertedTime(new Date(dayStart + DAY_MS - 1)) };
}

/** The part of one day that is still to be looked at. */
function rangeOf(dayStart: number, after: string | undefined, since: Date) {
  const beforeDay = invertedTime(new Date(dayStart + DAY_MS - 1));
  return {
    after: after !== undefined && after > beforeDay ? after : beforeDay,
    since: new Date(Math.max(dayStart, since.getTime())),
  };
}

async function subscriptionsOf(
  { activeOn }: FindActivityDeps,
  days: readonly number[],
): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  for (const day of days)
    for (const index of activeOn)
      for await (const subscription of index(dayOf(new Date(day)))) found.add(subscription);
  return found;
}

async function pageOfDay(
  deps: FindActivityDeps,
  subscriptions: ReadonlySet<string>,
  range: { readonly after: string; readonly since: Date },
  limit: number,
  fits: Filter | undefined,
): Promise<ActivityPage> {
  const found: Activity[] = [];
  await inLanes(LANES, [...subscriptions], async (subscription) => {
    found.push(...(await ofSubscription(deps, subscription, range, limit + 1, fits)));
  });
  found.sort((a, b) => (placeOf(a) < placeOf(b) ? -1 : 1));
  const items = found.slice(0, limit);
  const last = items.at(-1);
  return { items, ...(found.length > limit && last && { next: placeOf(last) }) };
}

/** Of one subscription: as many as a page can take. */
async function ofSubscription(
  deps: FindActivityDeps,
  subscription: string,
  range: { readonly after: string; readonly since: Date },
  limit: number,
  fits: Filter | undefined,
): Promise<readonly Activity[]> {
  const found: Activity[] = [];
  let after: string | undefined = range.after;
  for (let round = 0; round < ROUNDS && after !== undefined && found.length < limit; round += 1) {
    const left = limit - found.length;
    const page = await subscriptionActivity(deps, subscription, { ...range, after }, left, fits);
    found.push(...page.items);
    after = page.next;
  }
  return found;
}

type Filter = (entry: Activity) => boolean;

function filterOf({ actor, action }: ActivityQuery): Filter | undefined {
  if (actor === undefined && action === undefined) return undefined;
  return (entry) =>
    (actor === undefined || [entry.by.actor.kind, entry.by.actor.subject].includes(actor)) &&
    (action === undefined || entry.action === action || entry.action.startsWith(`${action}.`));
}
