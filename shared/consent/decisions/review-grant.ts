import { note } from "../../base/observation.ts";
import { RemoteUnavailable } from "../../base/unavailable.ts";
import { LATE_FOR_MS } from "../../clients/late.ts";
import type { CaseGrant, ConsentCase, VersionedCase } from "../consent-case.ts";
import type { ConsentDeps } from "../consent-deps.ts";
import type { GrantStatus } from "../ports.ts";
import { decide } from "./decide.ts";
import { settleAbsence } from "./settle-absence.ts";

/** Between two reads of which the second is to tell a replica that is late from a grant that is gone. */
const AGAIN_AFTER_MS = 30_000;
/** A grant that is seen again within so long is not noted again. */
const NOTE_EVERY_MS = 60_000;

export type Reviewed = "kept" | "doubted" | "revoked" | "deleted" | "not-known";

/**
 * Holds a granted consent against what one read of the directory shows. What the directory showed moments ago is not taken
 * back on one replica's word: the doubt is written down, and only a second read, later, makes it a revocation.
 *
 * @param listed the granted case
 * @param shown nothing when the directory could not say
 */
export async function reviewGrant(
  deps: ConsentDeps,
  listed: VersionedCase,
  shown: GrantStatus | undefined,
  requestId?: string,
): Promise<Reviewed> {
  if (!shown) return "not-known";
  if (shown.status === "granted") {
    await noteSeen(deps, listed, shown.principalId);
    return "kept";
  }
  if (await mustWait(deps, listed)) return "doubted";
  if (shown.status === "absent") {
    const settled = await settleAbsence(deps, listed, requestId);
    return settled === "deleted" ? "deleted" : "doubted";
  }
  const decision = { to: "revoked" as const, subject: listed.found, requestId };
  const decided = await decide(deps, decision, listed.version);
  return decided.decided ? "revoked" : "not-known";
}

/** When the second read may be made, in milliseconds after the first. */
export const againAfterMs = ({ reconcileAfterMs }: Pick<ConsentDeps, "reconcileAfterMs">): number =>
  Math.min(AGAIN_AFTER_MS, reconcileAfterMs);

const lastShownMs = ({ found }: VersionedCase): number =>
  Math.max(found.grant?.seenAt?.getTime() ?? 0, found.consent.decidedAt?.getTime() ?? 0);

async function noteSeen(
  { cases, runtime }: ConsentDeps,
  listed: VersionedCase,
  principalId: string,
): Promise<void> {
  const { grant } = listed.found;
  const seenAt = runtime.now();
  const isKnown = grant?.principalId === principalId && !grant.doubtedAt;
  if (isKnown && seenAt.getTime() - lastShownMs(listed) < NOTE_EVERY_MS) return;
  await cases.replace({ ...listed.found, grant: { principalId, seenAt } }, listed.version);
}

/**
 * The first read that does not show what was there moments ago; the second is made by a message, or by whoever asks next.
 */
export async function mustWait(deps: ConsentDeps, listed: VersionedCase): Promise<boolean> {
  const now = deps.runtime.now().getTime();
  const { found, version } = listed;
  const doubtedAt = found.grant?.doubtedAt?.getTime();
  if (doubtedAt !== undefined) return now - doubtedAt < againAfterMs(deps);
  if (now - lastShownMs(listed) >= LATE_FOR_MS) return false;
  const grant: CaseGrant = { ...found.grant, doubtedAt: new Date(now) };
  await deps.cases.replace({ ...found, grant }, version);
  await lookAgain(deps, found);
  return true;
}

/** By a message; without one the pass over all grants comes to it. */
export async function lookAgain(
  deps: ConsentDeps,
  { operationId, clientId }: ConsentCase,
): Promise<void> {
  const at = new Date(deps.runtime.now().getTime() + againAfterMs(deps));
  try {
    const message = { type: "consent.look", version: 1, operationId, clientId } as const;
    await deps.consentQueue.scheduleLook(message, at);
  } catch (error) {
    if (!(error instanceof RemoteUnavailable)) throw error;
    note("check-not-scheduled");
  }
}
