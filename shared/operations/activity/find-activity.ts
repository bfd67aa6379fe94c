import { DAY_MS, dayOf } from "../../base/day.ts";
import { timeLeftMs } from "../../base/deadline.ts";
import { inLanes } from "../../base/in-lanes.ts";
import type { Runtime } from "../../base/runtime.ts";
import { type Activity, invertedTime, placeOf, timeOfPlace } from "../../clients/activity.ts";
import type { ActivityRecords } from "../../clients/activity-records.ts";
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

/** So many days' indexes are read at a time. */
const DAYS = 31;
/** A search that takes longer, in milliseconds, or half of what its request has left, answers with what it has found so far. */
const LONGEST_MS = 10_000;
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

  const from = Math.min(
    after === undefined ? now + SKEW_MS : timeOfPlace(after).getTime(),
    now + SKEW_MS,
  );
  const longestMs = Math.min(LONGEST_MS, timeLeftMs(2 * LONGEST_MS) / 2);
  const active = activeDays(deps);
  const items: Activity[] = [];
  let day = Date.parse(dayOf(new Date(from)));
  for (; isWanted(day, since); day -= DAY_MS) {
    const late = deps.runtime.now().getTime() - now > longestMs;
    if (late || items.length >= limit) return { items, next: beforeDay(day) };
    const range = rangeOf(day, after, since);
    const page = await pageOfDay(deps, await active(day), range, limit - items.length, fits);
    items.push(...page.items);
    if (page.next !== undefined) return { items, next: page.next };
  }
  return { items };
}

/** Days are told by their first moment. */
const isWanted = (day: number, since: Date): boolean => day + DAY_MS > since.getTime();

/** The place before the newest entry that a day can have. */
const beforeDay = (day: number): string => invertedTime(new Date(day + DAY_MS - 1));

/** The part of one day that is still to be looked at. */
function rangeOf(day: number, after: string | undefined, since: Date) {
  const before = beforeDay(day);
  return {
    after: after !== undefined && after > before ? after : before,
    since: new Date(Math.max(day, since.getTime())),
  };
}

/**
 * Which subscriptions to look at for a day: those of the day itself, and of the one before it, for whoever ended a change after
 * midnight is listed there. The indexes of a month are read at once, so that days on which nothing happened cost next to nothing.
 */
function activeDays({ activeOn }: FindActivityDeps) {
  const known = new Map<number, ReadonlySet<string>>();
  const read = async (day: number): Promise<void> => {
    const found = new Set<string>();
    for (const index of activeOn)
      for await (const subscription of index(dayOf(new Date(day)))) found.add(subscription);
    known.set(day, found);
  };
  return async (day: number): Promise<ReadonlySet<string>> => {
    const ahead = Array.from({ length: DAYS }, (_, index) => day - index * DAY_MS);
    if (!known.has(day) || !known.has(day - DAY_MS))
      await inLanes(
        LANES,
        ahead.filter((one) => !known.has(one)),
        read,
      );
    return new Set([...(known.get(day) ?? []), ...(known.get(day - DAY_MS) ?? [])]);
  };
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
