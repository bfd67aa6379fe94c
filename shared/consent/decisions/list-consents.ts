import { note } from "../../base/observation.ts";
import { RemoteUnavailable } from "../../base/unavailable.ts";
import type { ConsentState } from "../../clients/consent.ts";
import {
  type ConsentCase,
  refreshCase,
  type ShownCase,
  type VersionedCase,
} from "../consent-case.ts";
import type { ConsentDeps } from "../consent-deps.ts";
import { isOfCase } from "../drift.ts";
import { nameFlags, resemblances } from "../name-flags.ts";
import { customers, type OwnedClient } from "./customers.ts";
import { dropStray } from "./drop-stray.ts";
import { findCase } from "./find-case.ts";
import { matcher } from "./match-case.ts";

export interface ConsentQuery {
  readonly state: ConsentState;
  /** Due time passed or not; both when left out. Of pending consents only. */
  readonly overdue?: boolean;
  /** Those that have more than they asked for, of whatever state, in the order of their ids. */
  readonly drifted?: boolean;
  /** Part of a name or an id. */
  readonly text?: string;
  readonly limit: number;
  /** The last one of the page before. */
  readonly after?: Place;
}

export interface ConsentPage {
  /** `limit` of them, as long as there are more. */
  readonly items: readonly ShownCase[];
  /** There are more, or a search has looked at as much as one request may. */
  readonly next?: Place;
}

interface Place {
  readonly dueMs: number;
  readonly clientId: string;
}

type ListDeps = Pick<ConsentDeps, "cases" | "records" | "runtime">;

/** A search of decided consents reads so many rows at once, and so many in all for one request. */
const SEARCHED = 1_000;
const MOST_SEARCHED = 20_000;

const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

const placeOf = ({ found }: { readonly found: ConsentCase }): Place => ({
  dueMs: found.consent.dueAt.getTime(),
  clientId: found.clientId,
});

const compare = (a: Place, b: Place): number =>
  a.dueMs - b.dueMs || (a.clientId < b.clientId ? -1 : a.clientId > b.clientId ? 1 : 0);

/**
 * The operators' queue. Pending consents, whose number is bounded by how fast people decide, in the order of their due
 * times; decided ones in the order of their ids. Rows of clients that have gone do not count, and a next page has at least
 * one item. One request to the tables for each customer that is shown. No directory call.
 */
export async function listConsents(deps: ListDeps, query: ConsentQuery): Promise<ConsentPage> {
  if (query.drifted) return listDrifted(deps, query);
  const read =
    query.state === "pending" ? await pendingPages(deps, query) : decidedPages(deps, query);
  const { client } = customers(deps);
  const drifts = new Map(
    (await deps.cases.drifts()).map(({ drift }) => [drift.subject.clientId, drift]),
  );
  const items: ShownCase[] = [];
  let after = query.after;
  let rounds = 0;
  for (;;) {
    rounds += 1;
    // One more than the page holds: whether there is a next page is known from what would stand on it.
    const { cases, rest } = await read(query.limit + 1 - items.length, after);
    const current = await Promise.all(
      cases.map((listed) =>
        unlessDamaged(async () => {
          const { subscription, clientId } = listed.found;
          const owned = await client(subscription, clientId);
          const shown = await refresh(deps, query.state, listed, owned);
          const drift = drifts.get(clientId);
          return shown && drift && isOfCase(drift, shown) ? { ...shown, drift } : shown;
        }),
      ),
    );
    items.push(...current.filter((shown) => shown !== undefined));
    const page = items.slice(0, query.limit);
    const last = page.at(-1);
    if (items.length > query.limit && last) return { items: page, next: placeOf({ found: last }) };
    if (rest === "none") return { items };
    const isSearch = query.text !== undefined && query.state !== "pending";
    if (isSearch && rounds * SEARCHED >= MOST_SEARCHED) return { items, next: rest };
    after = rest;
  }
}

/** A client whose record nobody can read hides none of the others. */
async function unlessDamaged<T>(show: () => Promise<T>): Promise<T | undefined> {
  try {
    return await show();
  } catch (error) {
    if (error instanceof RemoteUnavailable) throw error;
    note("consent-not-shown");
    return undefined;
  }
}

async function listDrifted(
  deps: ListDeps,
  { limit, after, text }: ConsentQuery,
): Promise<ConsentPage> {
  const matches = matcher(text);
  const items: ShownCase[] = [];
  for (const { drift, version } of await deps.cases.drifts()) {
    const { subject } = drift;
    if ((after && subject.clientId <= after.clientId) || !matches(subject)) continue;
    const found = await unlessDamaged(() => findCase(deps, subject.clientId));
    if (found?.ok && found.value.drift) items.push(found.value);
    else if (found?.ok === false) await deps.cases.endDrift(subject.clientId, version);
    if (items.length > limit) break;
  }
  const page = items.slice(0, limit);
  const last = page.at(-1);
  return { items: page, ...(items.length > limit && last && { next: placeOf({ found: last }) }) };
}

/** Some that fit, and the last that was looked at, if there are more. */
interface SomeCases {
  readonly cases: readonly VersionedCase[];
  readonly rest: Place | "none";
}
type ReadPage = (most: number, after: Place | undefined) => Promise<SomeCases>;

function decidedPages({ cases }: ListDeps, { state, text }: ConsentQuery): ReadPage {
  const matches = matcher(text);
  return async (most, after) => {
    const named =
      text !== undefined && GUID.test(text) && (await cases.get(state, text.toLowerCase()));
    if (named) return { cases: [named], rest: "none" };
    const page = await cases.page(state, text === undefined ? most : SEARCHED, after?.clientId);
    const fitting = page.cases.filter(({ found }) => matches(found));
    const taken = fitting.slice(0, most);
    const last = (taken.length < fitting.length ? taken : page.cases).at(-1);
    const isAll = !page.more && taken.length === fitting.length;
    return { cases: taken, rest: isAll || !last ? "none" : placeOf(last) };
  };
}

/** All of them are read to be put in order; once, however many of them have gone. */
async function pendingPages(
  { cases, runtime }: ListDeps,
  { overdue, text }: ConsentQuery,
): Promise<ReadPage> {
  const now = runtime.now().getTime();
  const matches = matcher(text);
  const fitting: VersionedCase[] = [];
  const names = resemblances();
  for await (const listed of cases.all("pending")) {
    if (listed.found.gone) continue;
    // Whom a name resembles does not hang on what is looked for.
    names.add(listed.found);
    if (!matches(listed.found)) continue;
    if (overdue === undefined || placeOf(listed).dueMs <= now === overdue) fitting.push(listed);
  }
  for (const [index, listed] of fitting.entries()) {
    const { found } = listed;
    if (!names.has(found) || found.flags?.includes("resembles")) continue;
    const flags = nameFlags(found.displayName, true);
    fitting[index] = { ...listed, found: { ...found, flags } };
  }
  fitting.sort((a, b) => compare(placeOf(a), placeOf(b)));
  return async (most, after) => {
    const rest = after ? fitting.filter((listed) => compare(placeOf(listed), after) > 0) : fitting;
    const taken = rest.slice(0, most);
    const last = taken.at(-1);
    return { cases: taken, rest: rest.length > most && last ? placeOf(last) : "none" };
  };
}

/**
 * As the client's record has it. One that was decided a moment ago is left out: another list has it. A name that has changed
 * is noted on the row, so that it is found by the name that was shown.
 */
async function refresh(
  deps: ListDeps,
  state: ConsentState,
  { found, version }: VersionedCase,
  owned: OwnedClient | undefined,
): Promise<ShownCase | undefined> {
  if (owned?.record.consent.state !== state) {
    await dropStray(deps, { found, version });
    return undefined;
  }
  const { displayName } = owned.record;
  if (found.displayName !== displayName)
    await deps.cases.replace({ ...found, displayName }, version);
  return { ...refreshCase(found, owned.record), customer: owned.standing };
}
