import { AGAIN, insist } from "../../base/insist.ts";
import { note } from "../../base/observation.ts";
import { type ConsentState, isSameConsent } from "../../clients/consent.ts";
import {
  type Announcement,
  announcementKey,
  EVENTS,
  isForPeople,
  REQUESTED,
  requestedOf,
  targetsOf,
} from "../alerts/announcements.ts";
import { tell } from "../alerts/tell.ts";
import { isHeld, newClaim } from "../claim.ts";
import { clockOf } from "../consent-case.ts";
import type { ConsentDeps } from "../consent-deps.ts";
import type { Told } from "../told.ts";
import { type CarriedOut, carryOut } from "./carry-out.ts";
import type { Decision, VersionedDecision } from "./decision.ts";

/** `decided`: by this decision. Otherwise the state that stands in its way; nothing: the client has gone. */
export type Decided =
  | { readonly decided: true }
  | { readonly decided: false; readonly state?: ConsentState };

/**
 * Every step may be taken again. An announcement that fails leaves the decision written down for the sweep.
 *
 * @param known `isOurs`: we have written it down this moment and hold its claim
 */
export async function finishDecision(
  deps: ConsentDeps,
  begun: VersionedDecision,
  known: { readonly isOurs?: boolean; readonly listedVersion?: string | undefined } = {},
): Promise<Decided> {
  const carried = await carryOut(deps, begun);
  if (carried.outcome === "elsewhere") return { decided: true };
  if (carried.outcome !== "done") {
    await withdraw(deps, begun.decision, carried.outcome);
    await deps.cases.drop(begun);
    return "state" in carried ? { decided: false, state: carried.state } : { decided: false };
  }
  const held = known.isOurs ? carried.at : await takeOver(deps, carried.at);
  // Somebody else is telling of it: it counts all the same.
  if (!held) return { decided: true };
  const { decision } = held;
  const { told, failed, heldBack, defect } = await announce(deps, decision);
  if (failed || heldBack) {
    note(`announcement-deferred:${decision.to}`);
    const { claim: _, ...released } = decision;
    await deps.cases.keep({ ...released, told }, held.version);
    if (defect !== undefined) throw defect;
    return { decided: true };
  }
  await unlist(deps, decision, known.listedVersion);
  await deps.cases.end(held);
  return { decided: true };
}

async function takeOver(
  deps: ConsentDeps,
  { decision, version }: VersionedDecision,
): Promise<VersionedDecision | undefined> {
  if (isHeld(decision.claim, deps)) return undefined;
  return deps.cases.keep({ ...decision, claim: newClaim(deps) }, version);
}

/** Other systems hear of the request before they hear of what became of it. */
async function announce(deps: ConsentDeps, decision: Decision) {
  const { to, id, at, subject, reason, by } = decision;
  const news: Announcement = {
    stage: to,
    // A client is deleted once, whoever finds it: one id for it.
    mark: to === "deleted" ? "" : id,
    at,
    ...(reason !== undefined && { reason }),
    by: by ?? { kind: "directory" },
  };
  const requested = requestedOf(subject);
  const people = deps.channels.map(({ name }) => name);
  const { told: clockTold } = clockOf(subject);
  const before: Told = {
    [announcementKey(news)]: decision.told,
    // People need not hear of a request that is over.
    [REQUESTED]: [...people, ...(clockTold[REQUESTED] ?? [])],
  };
  const isOwed = subject.consent.state === "pending";
  const telling = await tell(deps, subject, isOwed ? [requested, news] : [news], before);
  const reached = telling.told[announcementKey(news)] ?? [];
  const wanted = isForPeople(news) ? targetsOf(deps) : [EVENTS];
  return { ...telling, told: wanted.filter((target) => reached.includes(target)) };
}

/**
 * Of the case it was made on, and of no newer one: the host that gets here may have been stalled. Of a client that has gone whatever
 * has become of its row meanwhile; that of one which has been restored since is another operation's.
 */
async function unlist(
  { cases, runtime }: Pick<ConsentDeps, "cases" | "runtime">,
  { to, subject }: Decision,
  listedVersion?: string,
): Promise<void> {
  const { clientId, operationId, consent } = subject;
  if (listedVersion && (await cases.remove(consent.state, clientId, listedVersion))) return;
  await insist(runtime, async () => {
    const listed = await cases.get(consent.state, clientId);
    const isOurs =
      to === "deleted"
        ? listed?.found.operationId === operationId
        : listed && isSameConsent(listed.found.consent, consent);
    if (!listed || !isOurs) return "not ours";
    return (await cases.remove(consent.state, clientId, listed.version)) ? "removed" : AGAIN;
  });
}

/** Takes back the row of a decision that did not come about; of a client that has gone, the row it was made on too. */
async function withdraw(
  { cases }: Pick<ConsentDeps, "cases">,
  { to, at, subject }: Decision,
  outcome: CarriedOut["outcome"],
): Promise<void> {
  const { clientId, consent } = subject;
  if (to !== "deleted") {
    const listed = await cases.get(to, clientId);
    if (listed?.found.consent.decidedAt?.getTime() === at.getTime())
      await cases.remove(to, clientId, listed.version);
  }
  // A pending one still owes its events: it goes with its next check.
  if (outcome === "gone" && consent.state !== "pending")
    await cases.forget(consent.state, clientId);
}
