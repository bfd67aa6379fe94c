import type { ConsentState } from "../consent.ts";
import { type ConsentCase, refreshCase } from "../consent-case.ts";
import type { ConsentDeps } from "../consent-deps.ts";

export interface ConsentQuery {
  readonly state: ConsentState;
  /** Due time passed or not; both when left out. Of pending consents only. */
  readonly overdue?: boolean;
  readonly limit: number;
  /** The last one of the page before. */
  readonly after?: { readonly dueMs: number; readonly clientId: string };
}

export interface ConsentPage {
  readonly items: readonly ConsentCase[];
  readonly next?: { readonly dueMs: number; readonly clientId: string };
}

const place = ({ clientId, consent }: ConsentCase) => ({
  dueMs: consent.dueAt.getTime(),
  clientId,
});

/**
 * The operators' queue. Pending consents, whose number is bounded by how fast people decide, in the order of their due
 * times; decided ones in the order of their ids. No directory call.
 */
export async function listConsents(
  deps: Pick<ConsentDeps, "cases" | "records" | "runtime">,
  query: ConsentQuery,
): Promise<ConsentPage> {
  const { cases, more } =
    query.state === "pending"
      ? await pendingPage(deps, query)
      : await deps.cases.page(query.state, query.limit, query.after?.clientId);
  const current = await Promise.all(cases.map((listed) => refresh(deps, query.state, listed)));
  const last = cases.at(-1);
  return {
    items: current.filter((listed) => listed !== undefined),
    ...(more && last && { next: place(last) }),
  };
}

async function pendingPage(
  { cases, runtime }: Pick<ConsentDeps, "cases" | "runtime">,
  { overdue, limit, after }: ConsentQuery,
): Promise<{ readonly cases: readonly ConsentCase[]; readonly more: boolean }> {
  const now = runtime.now().getTime();
  const compare = (a: ReturnType<typeof place>, b: ReturnType<typeof place>): number =>
    a.dueMs - b.dueMs || (a.clientId < b.clientId ? -1 : a.clientId > b.clientId ? 1 : 0);
  const fitting: ConsentCase[] = [];
  for await (const { found } of cases.all("pending")) {
    const at = place(found);
    if (overdue !== undefined && at.dueMs <= now !== overdue) continue;
    if (after && compare(at, after) <= 0) continue;
    fitting.push(found);
  }
  fitting.sort((a, b) => compare(place(a), place(b)));
  return { cases: fitting.slice(0, limit), more: fitting.length > limit };
}

/**
 * As the client's record has it. One that was decided a moment ago is left out: another list has it. So is that of a client
 * which has gone; a decided one goes with it, a pending one still owes its events and goes with its next look.
 */
async function refresh(
  { cases, records }: Pick<ConsentDeps, "cases" | "records">,
  state: ConsentState,
  listed: ConsentCase,
): Promise<ConsentCase | undefined> {
  const owned = await records.client(listed.subscription, listed.clientId);
  if (!owned && state !== "pending") await cases.remove(state, listed.clientId);
  if (owned?.record.consent.state !== state) return undefined;
  return refreshCase(listed, owned.record);
}
