import type { ConsentCase } from "../consent-case.ts";
import type { ConsentDeps } from "../consent-deps.ts";
import { decide } from "../decisions/decide.ts";
import type { RevocationPass, RevocationProgress, VersionedPass } from "./revocation-pass.ts";
import { grantMark } from "./revocation-pass.ts";

export interface RevocationDeps extends ConsentDeps {
  readonly progress: RevocationProgress;
  /** How often a pass begins, in milliseconds. */
  readonly revocationEveryMs: number;
}

export interface RevocationsSwept {
  /** `not-due`: the last pass is young enough. `elsewhere`: another host is on it. */
  readonly outcome: "done" | "not-due" | "elsewhere";
  readonly pages: number;
  readonly revoked: number;
  readonly deleted: number;
}

const none = { pages: 0, revoked: 0, deleted: 0 };
/** Grants that are missing from the list are asked for one by one, so many to a call of the port. */
const ASK = 20;

/**
 * Finds consents that were withdrawn, and granted clients that were deleted, behind the service's back: reads the resource
 * API's whole list of grants, holds the granted consents against it, and asks again about those that are missing. Two
 * hundred pages for 100,000 clients with two roles each; a pass that died is gone on with.
 *
 * @throws RemoteUnavailable leaves the pass where it was for the next run
 */
export async function sweepRevocations(deps: RevocationDeps): Promise<RevocationsSwept> {
  const current = await deps.progress.current();
  const now = deps.runtime.now();
  const owner = deps.runtime.newId();
  let next: RevocationPass;
  if (!current || current.pass.phase === "done") {
    const sinceMs = now.getTime() - (current?.pass.startedAt.getTime() ?? 0);
    if (sinceMs < deps.revocationEveryMs) return { outcome: "not-due", ...none };
    next = { startedAt: now, phase: "reading", pages: 0, owner, touchedAt: now };
  } else {
    const idleMs = now.getTime() - current.pass.touchedAt.getTime();
    if (idleMs < deps.reconcileAfterMs) return { outcome: "elsewhere", ...none };
    next = { ...current.pass, owner, touchedAt: now };
  }
  if (next.pages === 0) await deps.progress.clear();
  const taken = await deps.progress.save(next, current?.version);
  if (!taken) return { outcome: "elsewhere", ...none };

  const read = taken.pass.phase === "reading" ? await readAll(deps, taken) : taken;
  if (!read) return { outcome: "elsewhere", ...none };
  const found = await compare(deps, read.pass);
  await deps.progress.save({ ...read.pass, phase: "done", touchedAt: now }, read.version);
  await deps.progress.clear();
  return { outcome: "done", pages: read.pass.pages, ...found };
}

/** Page by page; nothing when another host has taken the pass over. */
async function readAll(
  { consentDirectory, progress, runtime }: RevocationDeps,
  taken: VersionedPass,
): Promise<VersionedPass | undefined> {
  let at: VersionedPass | undefined = taken;
  while (at && at.pass.phase === "reading") {
    const { from: mark, ...pass }: RevocationPass = at.pass;
    const touchedAt = runtime.now();
    const page = await consentDirectory.assignments(mark);
    if (page === "expired") {
      await progress.clear();
      at = await progress.save({ ...pass, startedAt: touchedAt, pages: 0, touchedAt }, at.version);
      continue;
    }
    const next: RevocationPass = {
      ...pass,
      touchedAt,
      pages: pass.pages + 1,
      ...(page.next === undefined ? { phase: "comparing" } : { from: page.next }),
    };
    const seen = page.items.map(({ principalId, role }) => grantMark(principalId, role));
    at = await progress.save(next, at.version, seen);
  }
  return at;
}

async function compare(
  deps: RevocationDeps,
  pass: RevocationPass,
): Promise<{ revoked: number; deleted: number }> {
  const seen = await deps.progress.seen();
  const missing: ConsentCase[] = [];
  for await (const { found } of deps.cases.all("granted")) {
    const { principalId, roles, consent } = found;
    // Granted after the list was begun: it may stand on a page that had been read already.
    if (consent.decidedAt && consent.decidedAt >= pass.startedAt) continue;
    const listed =
      principalId !== undefined && roles.every((role) => seen.has(grantMark(principalId, role)));
    if (!listed) missing.push(found);
  }
  const tally = { revoked: 0, deleted: 0 };
  for (let at = 0; at < missing.length; at += ASK) {
    const chunk = missing.slice(at, at + ASK);
    const sights = await deps.consentDirectory.see(chunk);
    for (const of of chunk) {
      const sight = sights.get(of.clientId)?.sight ?? "absent";
      if (sight === "granted") await keepPrincipal(deps, of, sights.get(of.clientId));
      else {
        const to = sight === "absent" ? ("deleted" as const) : ("revoked" as const);
        const decision = { id: deps.runtime.newId(), at: deps.runtime.now(), of };
        if ((await decide(deps, { ...decision, to })).decided) tally[to] += 1;
      }
    }
  }
  return tally;
}

/** Granted under another service principal than we knew (it was made anew): found in the list from the next pass on. */
async function keepPrincipal(
  { cases }: RevocationDeps,
  of: ConsentCase,
  sight: { sight: string; principalId?: string } | undefined,
): Promise<void> {
  const principalId = sight?.principalId;
  const listed = await cases.get("granted", of.clientId);
  if (!listed || principalId === undefined) return;
  await cases.replace({ ...listed.found, principalId }, listed.version);
}
