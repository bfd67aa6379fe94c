import { note } from "../../base/observation.ts";
import { announcementKey, targetsOf } from "../alerts/announcements.ts";
import { tell } from "../alerts/tell.ts";
import { isHeld, newClaim } from "../claim.ts";
import type { ConsentCase } from "../consent-case.ts";
import type { ConsentDeps } from "../consent-deps.ts";
import {
  type Drift,
  driftMark,
  type ExcessRole,
  excessKey,
  isOfCase,
  type VersionedDrift,
} from "../drift.ts";

/** `new`: everybody was told now. `told`: it is known. `none`: the client has what it asked for at most. */
export type DriftReviewed = "none" | "new" | "told" | "busy";

/** So many are noted and told of: more have no room in a column of 64 KB, nor on a card. */
const MOST_EXCESS = 90;

/** Those of our own API first, and always the same ones, in whichever order they are shown. */
function mostOf(shown: readonly ExcessRole[]): readonly ExcessRole[] {
  if (shown.length <= MOST_EXCESS) return shown;
  const rank = (one: ExcessRole) => `${one.own ? 0 : 1} ${excessKey([one])}`;
  return shown.toSorted((a, b) => (rank(a) < rank(b) ? -1 : 1)).slice(0, MOST_EXCESS);
}

/**
 * Holds what a client carries beyond what it asked for against what is written down of it. New excess is written down first, then
 * told once on every channel and to the topic; what failed comes with whoever looks next, under the same id. Excess that the
 * directory no longer shows is taken off the list. One request to the tables where nothing has changed.
 *
 * @param shown what one read of the directory shows; nothing: it has no more than it asked for
 */
export async function reviewDrift(
  deps: ConsentDeps,
  subject: ConsentCase,
  shown: readonly ExcessRole[],
): Promise<DriftReviewed> {
  const excess = mostOf(shown);
  const { cases, runtime } = deps;
  const known = await cases.drift(subject.clientId);
  if (excess.length === 0) {
    if (known) await cases.endDrift(subject.clientId, known.version);
    return "none";
  }
  // What it carried before it was deleted is not what it carries since it is back.
  const isSame =
    known && isOfCase(known.drift, subject) && excessKey(known.drift.excess) === excessKey(excess);
  const missing = isSame && targetsOf(deps).some((target) => !known.drift.told.includes(target));
  if (isSame && !missing) return "told";
  if (isSame && isHeld(known.drift.claim, deps)) return "busy";
  const drift: Drift = isSame
    ? { ...known.drift, claim: newClaim(deps) }
    : { subject, excess, foundAt: runtime.now(), told: [], claim: newClaim(deps) };
  const claimed = await cases.keepDrift(drift, known?.version);
  return claimed ? announce(deps, claimed) : "busy";
}

async function announce(deps: ConsentDeps, { drift, version }: VersionedDrift): Promise<"new"> {
  const { subject, excess, foundAt } = drift;
  const news = { stage: "drifted" as const, mark: driftMark(drift), at: foundAt, excess };
  const key = announcementKey(news);
  const { told, failed, defect } = await tell(deps, subject, [news], { [key]: drift.told });
  const { claim: _, ...released } = drift;
  if (failed) note("announcement-deferred:drifted");
  await deps.cases.keepDrift({ ...released, told: told[key] ?? [] }, version);
  if (defect !== undefined) throw defect;
  return "new";
}
