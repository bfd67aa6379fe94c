import { type Compared, compare } from "./compare.ts";
import { readLists } from "./read-lists.ts";
import type { RevocationDeps, RevocationPass } from "./revocation-pass.ts";

export interface RevocationsSwept extends Omit<Compared, "lookedTo"> {
  /** `not-due`: the last pass is young enough. `elsewhere`: another host is on it. */
  readonly outcome: "done" | "not-due" | "elsewhere";
  readonly pages: number;
}

const none = { pages: 0, granted: 0, revoked: 0, deleted: 0, drifted: 0, relisted: 0, failed: 0 };

/**
 * Finds what happened behind the service's back to clients that were decided on, and which clients are gone: consents that
 * were withdrawn, or granted after all, and clients in whatever state that were deleted. Reads the resource API's whole list
 * of grants and the list of our own registrations, holds every consent against them, and asks again about each that is
 * missing before anything is said.
 *
 * Finds clients, too, that are on the directory's list and on none of ours, though they wait (`list-again.ts`).
 *
 * Calls of the directory: ceil(grants/999) + ceil(clients/999) for the lists, one for ten of those that are missing, one for
 * 300 that were rejected or revoked, and 15 at most for roles of other APIs (4,500 clients that are granted, the next ones the
 * next time). For 100,000 clients with two roles each, of which 10,000 are refused: 201 + 101 + 34.
 * Requests to the tables: three for each page of a list, one for each thousand rows of the index (two where
 * they were refused), and what is decided.
 *
 * A pass that died is gone on with.
 *
 * @throws RemoteUnavailable leaves the pass where it was for the next run
 */
export async function sweepRevocations(deps: RevocationDeps): Promise<RevocationsSwept> {
  const { progress, runtime } = deps;
  const current = await progress.current();
  const now = runtime.now();
  const owner = runtime.newId();
  let next: RevocationPass;
  if (!current || current.pass.phase === "done") {
    const sinceMs = now.getTime() - (current?.pass.startedAt.getTime() ?? 0);
    if (sinceMs < deps.revocationEveryMs) return { outcome: "not-due", ...none };
    const { lookedTo } = current?.pass ?? {};
    next = {
      ...{ startedAt: now, phase: "grants", pages: 0, owner, touchedAt: now },
      ...(lookedTo !== undefined && { lookedTo }),
    };
  } else {
    const idleMs = now.getTime() - current.pass.touchedAt.getTime();
    if (idleMs < deps.reconcileAfterMs) return { outcome: "elsewhere", ...none };
    next = { ...current.pass, owner, touchedAt: now };
  }
  const taken = await progress.save(next, current?.version);
  // Not before it is ours: they may be those that a host which was faster has read.
  if (taken && next.pages === 0) await progress.clear();
  const read = taken && (await readLists(deps, taken));
  if (!read) return { outcome: "elsewhere", ...none };
  const { lookedTo, ...compared } = await compare(deps, read.pass);
  const { lookedTo: _, ...pass } = read.pass;
  const done = { ...pass, phase: "done" as const, touchedAt: runtime.now() };
  const ended = lookedTo === undefined ? done : { ...done, lookedTo };
  // Otherwise another host has taken the pass over: without its pages every client would be missing, and be asked for one by one.
  if (await progress.save(ended, read.version)) await progress.clear();
  return { outcome: "done", pages: read.pass.pages, ...compared };
}
