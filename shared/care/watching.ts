import { done, type Outcome, refused } from "../base/outcome.ts";
import type { Runtime } from "../base/runtime.ts";
import type { ClientRecords } from "../clients/ports.ts";
import type { ClientRefusal } from "../clients/reasons.ts";
import { EVERY_CLIENT, type Watch, type Watcher } from "../clients/watch.ts";
import type { PersonWatches, WatchRecords } from "./ports.ts";
import type { WatchRefusal } from "./reasons.ts";

export interface WatchDeps {
  readonly records: Pick<ClientRecords, "client">;
  readonly watches: WatchRecords;
  readonly runtime: Pick<Runtime, "now">;
  /** Whether letters can be sent at all. */
  readonly canMail: boolean;
}

export interface WatchRequest {
  readonly subscription: string;
  /** One client, or `EVERY_CLIENT`. */
  readonly of: string;
  /** Absent where the token proves no address. */
  readonly watcher: Watcher | undefined;
}

/** How a person stands to what they asked about. */
export interface WatchState {
  readonly watching: boolean;
  /** Whether they watch every client of the subscription, this one included. */
  readonly everyClient: boolean;
  /** Where letters go or would go; absent where they cannot watch. */
  readonly email?: string | undefined;
  readonly timeZone?: string | undefined;
  readonly since?: Date | undefined;
}

type Answered<T> = Promise<Outcome<T, ClientRefusal | WatchRefusal>>;

/** What counts: nothing of before the person wanted no more mail, and nothing at all until they ask again. */
export function countingWatches({ watches, silentSince }: PersonWatches): readonly Watch[] {
  if (!silentSince) return watches;
  const after = watches.filter(({ since }) => since > silentSince);
  return after.some(({ by }) => by === "person") ? after : [];
}

export async function watchState(deps: WatchDeps, request: WatchRequest): Answered<WatchState> {
  const { subscription, watcher, of: watched } = request;
  const [known, found] = await Promise.all([
    isKnown(deps, request),
    watcher && deps.watches.ofPerson(subscription, watcher.person),
  ]);
  if (!known) return refused({ reason: "not-found" });
  return done(stateOf(deps, watched, watcher, found ? countingWatches(found) : []));
}

/** Whoever watches already is told at the address of their newest token, and in the time zone that they say now. */
export async function watch(
  deps: WatchDeps,
  request: WatchRequest & { readonly timeZone: string | undefined },
): Answered<WatchState> {
  const { subscription, of: watched, watcher, timeZone } = request;
  if (!(await isKnown(deps, request))) return refused({ reason: "not-found" });
  if (!deps.canMail) return refused({ reason: "mail-not-set-up" });
  if (!watcher) return refused({ reason: "no-verified-email" });
  const since = deps.runtime.now();
  const asked: Watch = { ...watcher, subscription, of: watched, timeZone, since, by: "person" };
  await deps.watches.watch(asked);
  const all = countingWatches(await deps.watches.ofPerson(subscription, watcher.person));
  return done(stateOf(deps, watched, watcher, all));
}

export async function unwatch(deps: WatchDeps, request: WatchRequest): Answered<undefined> {
  const { subscription, of: watched, watcher } = request;
  if (!(await isKnown(deps, request))) return refused({ reason: "not-found" });
  if (watcher) await deps.watches.unwatch(subscription, watcher.person, watched);
  return done(undefined);
}

const isKnown = async ({ records }: WatchDeps, { subscription, of: watched }: WatchRequest) =>
  watched === EVERY_CLIENT || (await records.client(subscription, watched)) !== undefined;

function stateOf(
  { canMail }: WatchDeps,
  watched: string,
  watcher: Watcher | undefined,
  all: readonly Watch[],
): WatchState {
  const own = all.find((one) => one.of === watched);
  const every = all.find((one) => one.of === EVERY_CLIENT);
  const { timeZone, since, email = canMail ? watcher?.email : undefined } = own ?? every ?? {};
  return {
    watching: own !== undefined,
    everyClient: every !== undefined,
    email,
    timeZone,
    since,
  };
}
