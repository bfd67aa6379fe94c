import { withDeadline } from "../../base/deadline.ts";
import { inLanes } from "../../base/in-lanes.ts";
import { note } from "../../base/observation.ts";
import type { Lead } from "../../clients/ports.ts";
import { lookAgain } from "./look-again.ts";
import type { LookDeps } from "./look-deps.ts";
import type { Digests, LookPass, VersionedLook } from "./look-progress.ts";
import { differs, digestOf, fillIn, lookAgainAt, type Shown } from "./notice.ts";

export interface Looked {
  /** `not-due`: the last pass is young enough. `elsewhere`: another host is on it. */
  readonly outcome: "done" | "not-due" | "elsewhere";
  readonly pages: number;
  /** Clients whose secrets are others than at the last pass. */
  readonly changed: number;
  /** Secrets that were there before anybody looked. */
  readonly filled: number;
  /** What happened behind the service's back, and is told now. */
  readonly told: number;
  readonly failed: number;
}

const LANES = 8;
/** More pages than a tenant can have objects for: an end for a directory that gives pages for ever. */
const MOST_PAGES = 10_000;

/**
 * Finds secrets that were added, removed or renamed in the directory itself. Change tracking (`/applications/delta`) would be
 * cheaper, and tenants of Azure AD B2C and External ID have none; so the list of all registrations is read with their secrets,
 * and what is other than at the last pass is held against the records.
 *
 * - Calls of the directory: ceil(clients / 999), and one for twenty clients that differ from their records.
 * - Requests to the tables: four, one for each page, one for each further 24,000 clients, one for each client that has changed since
 *   the last pass, whoever has changed it, one for a hundred of those, and five for each that differs from its records.
 *
 * A client that differs is looked at once more when neither the directory nor an operation of ours can be late, and only then
 * anybody is told. The first pass of all fills the records and tells nobody.
 *
 * @throws RemoteUnavailable leaves the pass where it was for the next run
 */
export async function lookForSecrets(deps: LookDeps): Promise<Looked> {
  const { told, failed } = await lookAgain(deps);
  const taken = await take(deps);
  const none = { pages: 0, changed: 0, filled: 0, told, failed };
  if (taken === "not-due" || taken === "elsewhere") return { outcome: taken, ...none };
  const tally = { pages: 0, changed: 0, filled: 0, failed };
  const digests = await deps.progress.digests();
  let at: VersionedLook | undefined = taken;
  for (; at?.pass.phase === "listing" && tally.pages < MOST_PAGES; tally.pages += 1) {
    const { from, ...pass }: LookPass = at.pass;
    const page = await deps.directory.listSecrets(from);
    const touchedAt = deps.runtime.now();
    if (page === "expired") {
      at = await deps.progress.save({ ...pass, touchedAt }, at.version);
      continue;
    }
    const failedBefore = tally.failed;
    await takeIn(deps, page.items, { digests, filled: pass.filled }, tally);
    const lacking = pass.lacking === true || tally.failed > failedBefore;
    const next: LookPass =
      page.next === undefined
        ? { ...pass, phase: "done", filled: pass.filled || !lacking, touchedAt }
        : { ...pass, from: page.next, touchedAt, ...(lacking && { lacking }) };
    at = await deps.progress.save(next, at.version);
  }
  return { outcome: at ? "done" : "elsewhere", ...tally, told };
}

async function take({
  progress,
  runtime,
  lookEveryMs,
  reconcileAfterMs,
}: LookDeps): Promise<VersionedLook | "not-due" | "elsewhere"> {
  const current = await progress.current();
  const now = runtime.now();
  const ours = { owner: runtime.newId(), touchedAt: now };
  const since = (at: Date) => now.getTime() - at.getTime();
  const anew = { startedAt: now, phase: "listing" as const, ...ours };
  if (!current) return (await progress.save({ ...anew, filled: false }, undefined)) ?? "elsewhere";
  const { pass, version } = current;
  if (pass.phase === "done" && since(pass.startedAt) < lookEveryMs) return "not-due";
  if (pass.phase === "listing" && since(pass.touchedAt) < reconcileAfterMs) return "elsewhere";
  const next = pass.phase === "done" ? { ...anew, filled: pass.filled } : { ...pass, ...ours };
  return (await progress.save(next, version)) ?? "elsewhere";
}

/** What has to be looked at again is written before the client counts as seen. */
async function takeIn(
  deps: LookDeps,
  items: readonly Shown[],
  { digests, filled }: { readonly digests: Digests; readonly filled: boolean },
  tally: { changed: number; filled: number; failed: number },
): Promise<void> {
  const again: Lead[] = [];
  const changed: [clientId: string, digest: string][] = [];
  await inLanes(LANES, items, async (shown) => {
    const { clientId } = shown.lead;
    const digest = digestOf(shown.secrets);
    if (digests.get(clientId) === digest) return;
    try {
      await withDeadline(deps.entryMs, async () => {
        if (!filled) {
          const count = await fillIn(deps, shown);
          tally.filled += count;
        } else if (await differs(deps, shown)) again.push(shown.lead);
      });
      changed.push([clientId, digest]);
    } catch {
      // As it was not seen, the next pass finds it changed as well.
      note("secrets-look-failed");
      tally.failed += 1;
    }
  });
  tally.changed += changed.length;
  if (again.length > 0) await deps.progress.lookAgain(again, lookAgainAt(deps.runtime.now()));
  if (changed.length > 0) await digests.save(changed);
}
