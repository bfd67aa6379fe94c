import { AGAIN, insist } from "../../base/insist.ts";
import type { ClientRecord } from "../../clients/client.ts";
import { type ConsentState, isSameConsent } from "../../clients/consent.ts";
import { type ConsentCase, refreshCase } from "../consent-case.ts";
import type { ConsentDeps } from "../consent-deps.ts";
import { activityOf } from "./activity-of.ts";
import { type Decision, mayFollow, type VersionedDecision } from "./decision.ts";

/**
 * `void`: the consent was decided otherwise, or the client is being worked on. `gone`: the client has gone. `elsewhere`: another
 * host is carrying it out.
 */
export type CarriedOut =
  | { readonly outcome: "done"; readonly at: VersionedDecision }
  | { readonly outcome: "void"; readonly state: ConsentState }
  | { readonly outcome: "gone" | "elsewhere" };

type CarryOutDeps = Pick<ConsentDeps, "records" | "cases" | "runtime">;

/**
 * The new index row, then the client's record under its version. Safe to repeat, by several hosts at once and by one that was
 * stalled: a decision counts only on the very consent it was made on.
 */
export async function carryOut(deps: CarryOutDeps, at: VersionedDecision): Promise<CarriedOut> {
  const { to, at: decidedAt, subject, reason, boundTo, by } = at.decision;
  if (to === "deleted") return removeClient(deps, at);
  return insist(deps.runtime, async (): Promise<CarriedOut | typeof AGAIN> => {
    const { subscription, clientId } = subject;
    const isDone = ({ consent }: ClientRecord): boolean =>
      consent.state === to && consent.decidedAt?.getTime() === decidedAt.getTime();
    const found = await deps.records.client(subscription, clientId);
    if (!found) {
      // Deleted by its customer since: it counted, and others have to hear of it.
      const gone = await deps.records.deleted(subscription, clientId);
      // Purged as well: whom it was told to says that it counted.
      const counted = gone ? isDone(gone.record) : at.decision.told.length > 0;
      return counted ? { outcome: "done", at } : { outcome: "gone" };
    }
    if (isDone(found.record)) return { outcome: "done", at };
    const { consent } = found.record;
    const isOver = isOfLifeBefore(found.record, decidedAt);
    if (isOver || !isSameConsent(consent, subject.consent) || !mayFollow(to, consent.state))
      return { outcome: "void", state: consent.state };
    if (boundTo !== undefined && found.record.revision !== boundTo)
      return { outcome: "void", state: consent.state };

    const { reason: _reason, decidedBy: _by, ...kept } = consent;
    const decidedBy = by ?? { kind: "directory" as const };
    const next: ClientRecord = {
      ...found.record,
      revision: found.record.revision + 1,
      consent: {
        ...kept,
        state: to,
        decidedAt,
        decidedBy,
        ...(reason !== undefined && { reason }),
      },
    };
    await place(deps, decidedCase(at.decision, next));
    const saved = await deps.records.save(next, found.version, activityOf(at.decision));
    return saved ? { outcome: "done", at } : AGAIN;
  });
}

/** What was rejected or revoked comes back as that: its consent does not tell that the client was away. */
const isOfLifeBefore = ({ restoredAt }: ClientRecord, decidedAt: Date): boolean =>
  restoredAt !== undefined && decidedAt < restoredAt;

function decidedCase({ to, principalId, subject }: Decision, next: ClientRecord): ConsentCase {
  const { clock: _clock, grant: _grant, ...rest } = refreshCase(subject, next);
  return to === "granted"
    ? { ...rest, grant: principalId === undefined ? {} : { principalId } }
    : rest;
}

/** Lists it, unless what is listed there is newer: then we are the one that was stalled. */
async function place({ cases, runtime }: CarryOutDeps, decided: ConsentCase): Promise<void> {
  const { state, decidedAt } = decided.consent;
  await insist(runtime, async () => {
    if (await cases.open(decided)) return "listed";
    const listed = await cases.get(state, decided.clientId);
    if (!listed) return AGAIN;
    const at = listed.found.consent.decidedAt;
    if (at && decidedAt && at >= decidedAt) return "newer";
    return (await cases.replace(decided, listed.version)) ? "listed" : AGAIN;
  });
}

/**
 * Takes a client that the directory no longer has off its customer's list. Written down before it is done, because afterwards
 * nothing tells this absence from one that the customer has brought about and told. It is the client of that operation which is
 * taken off: one that has been restored since is another's.
 */
async function removeClient(
  { records, cases }: CarryOutDeps,
  at: VersionedDecision,
): Promise<CarriedOut> {
  const { subject, removing, at: decidedAt } = at.decision;
  const { subscription, clientId } = subject;
  const found = await records.client(subscription, clientId);
  if (removing) {
    if (found?.record.operationId === subject.operationId)
      await records.remove(found.record, decidedAt, activityOf(at.decision));
    return { outcome: "done", at };
  }
  if (!found) return { outcome: "gone" };
  const { consent, operationId } = found.record;
  const isOver = isOfLifeBefore(found.record, decidedAt);
  if (
    isOver ||
    !isSameConsent(consent, subject.consent) ||
    (await records.underWay(subscription, clientId))
  )
    return { outcome: "void", state: consent.state };
  const own = { ...at.decision, subject: { ...subject, operationId } };
  const begun = await cases.keep({ ...own, removing: true }, at.version);
  if (!begun) return { outcome: "elsewhere" };
  await records.remove(found.record, decidedAt, activityOf(begun.decision));
  return { outcome: "done", at: begun };
}
