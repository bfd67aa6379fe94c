import type { ConsentState } from "../../clients/consent.ts";
import { type ConsentCase, refreshCase, type VersionedCase } from "../consent-case.ts";
import type { ConsentDeps } from "../consent-deps.ts";
import { nameFlags, resemblances } from "../name-flags.ts";
import { dropStray } from "./drop-stray.ts";

export interface ConsentQuery {
  readonly state: ConsentState;
  /** Due time passed or not; both when left out. Of pending consents only. */
  readonly overdue?: boolean;
  readonly limit: number;
  /** The last one of the page before. */
  readonly after?: Place;
}

export interface ConsentPage {
  /** `limit` of them, as long as there are more. */
  readonly items: readonly ConsentCase[];
  readonly next?: Place;
}

interface Place {
  readonly dueMs: number;
  readonly clientId: string;
}

type ListDeps = Pick<ConsentDeps, "cases" | "records" | "runtime">;

const placeOf = ({ found }: { readonly found: ConsentCase }): Place => ({
  dueMs: found.consent.dueAt.getTime(),
  clientId: found.clientId,
});

const compare = (a: Place, b: Place): number =>
  a.dueMs - b.dueMs || (a.clientId < b.clientId ? -1 : a.clientId > b.clientId ? 1 : 0);

/**
 * The operators' queue. Pending consents, whose number is bounded by how fast people decide, in the order of their due
 * times; decided ones in the order of their ids. Rows of clients that have gone do not count. No directory call.
 */
export async function listConsents(deps: ListDeps, query: ConsentQuery): Promise<ConsentPage> {
  const read =
    query.state === "pending" ? await pendingPages(deps, query) : decidedPages(deps, query);
  const items: ConsentCase[] = [];
  let after = query.after;
  for (;;) {
    const { cases, more } = await read(query.limit - items.length, after);
    const current = await Promise.all(cases.map((listed) => refresh(deps, query.state, listed)));
    items.push(...current.filter((listed) => listed !== undefined));
    const last = cases.at(-1);
    after = last && placeOf(last);
    if (!more || !after) return { items };
    if (items.length >= query.limit) return { items, next: after };
  }
}

type ReadPage = (
  limit: number,
  after: Place | undefined,
) => Promise<{ readonly cases: readonly VersionedCase[]; readonly more: boolean }>;

const decidedPages =
  ({ cases }: ListDeps, { state }: ConsentQuery): ReadPage =>
  (limit, after) =>
    cases.page(state, limit, after?.clientId);

/** All of them are read to be put in order; once, however many of them have gone. */
async function pendingPages(
  { cases, runtime }: ListDeps,
  { overdue }: ConsentQuery,
): Promise<ReadPage> {
  const now = runtime.now().getTime();
  const fitting: VersionedCase[] = [];
  for await (const listed of cases.all("pending"))
    if (overdue === undefined || placeOf(listed).dueMs <= now === overdue) fitting.push(listed);
  const names = resemblances();
  for (const { found } of fitting) names.add(found);
  for (const [index, listed] of fitting.entries()) {
    const { found } = listed;
    if (!names.has(found) || found.flags?.includes("resembles")) continue;
    const flags = nameFlags(found.displayName, true);
    fitting[index] = { ...listed, found: { ...found, flags } };
  }
  fitting.sort((a, b) => compare(placeOf(a), placeOf(b)));
  return async (limit, after) => {
    const rest = after ? fitting.filter((listed) => compare(placeOf(listed), after) > 0) : fitting;
    return { cases: rest.slice(0, limit), more: rest.length > limit };
  };
}

/** As the client's record has it. One that was decided a moment ago is left out: another list has it. */
async function refresh(
  deps: ListDeps,
  state: ConsentState,
  listed: VersionedCase,
): Promise<ConsentCase | undefined> {
  const owned = await deps.records.client(listed.found.subscription, listed.found.clientId);
  if (owned?.record.consent.state === state) return refreshCase(listed.found, owned.record);
  await dropStray(deps, listed);
  return undefined;
}
