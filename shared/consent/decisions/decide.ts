import { note } from "../../base/observation.ts";
import { RemoteUnavailable } from "../../base/unavailable.ts";
import type { ClientRecord } from "../../clients/client.ts";
import { decisionEvent, eventTarget, stageEvents, targetsOf } from "../alerts/announcements.ts";
import { deliver, isFailed, isThere, type Target } from "../alerts/deliver.ts";
import type { ConsentState } from "../consent.ts";
import { refreshCase } from "../consent-case.ts";
import type { ConsentDeps } from "../consent-deps.ts";
import { type Decision, mayFollow } from "./decision.ts";

/**
 * `decided`: by this decision. Otherwise the state that stands in its way; nothing: the client has gone.
 */
export type Decided =
  | { readonly decided: true }
  | { readonly decided: false; state?: ConsentState };

/** A few attempts: each one that fails has finished somebody else's decision first. */
const ATTEMPTS = 3;

/**
 * Changes a consent's state: written down first, then the index, the client's record (the truth), the event and alerts, and
 * what is left of the old index. Whoever finds it written down finishes it, so a death anywhere in between loses nothing.
 *
 * @throws RemoteUnavailable when it is not certain that the record has changed; the sweep goes on with it
 */
export async function decide(deps: ConsentDeps, decision: Decision): Promise<Decided> {
  const { clientId } = decision.of;
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    if (await deps.cases.begin(decision)) return finishDecision(deps, decision);
    const other = await deps.cases.decision(clientId);
    if (!other) continue;
    const { decided } = await finishDecision(deps, other);
    // It counts although somebody may still be telling of it: then it stays written down, and no second one can begin.
    if (decided && other.to === "deleted") return { decided: false };
    if (decided && other.to !== "deleted" && !mayFollow(decision.to, other.to))
      return { decided: false, state: other.to };
  }
  throw new RemoteUnavailable("records", { executed: "no", retryAfterSeconds: 1 });
}

/** Every step may be taken again. An announcement that fails leaves the decision written down for the sweep. */
export async function finishDecision(deps: ConsentDeps, decision: Decision): Promise<Decided> {
  const recorded = await record(deps, decision);
  if (recorded !== "recorded") {
    if (recorded === "gone") await unlist(deps, decision, undefined);
    await deps.cases.end(decision);
    return recorded === "gone" ? { decided: false } : { decided: false, state: recorded };
  }
  if (!(await announce(deps, decision))) {
    note(`announcement-deferred:${decision.to}`);
    return { decided: true };
  }
  if (decision.to === "deleted") await removeClient(deps, decision);
  await unlist(deps, decision, decision.to);
  await deps.cases.end(decision);
  return { decided: true };
}

/** The new index row, then the client's record under its version. */
async function record(
  { records, cases }: ConsentDeps,
  { to, at, of, reason, principalId }: Decision,
): Promise<"recorded" | "gone" | ConsentState> {
  for (;;) {
    const found = await records.client(of.subscription, of.clientId);
    if (!found) return "gone";
    const { record: client, version } = found;
    const { state, decidedAt } = client.consent;
    if (to === "deleted") return "recorded";
    if (state === to && decidedAt?.getTime() === at.getTime()) return "recorded";
    if (!mayFollow(to, state)) return state;

    const { reason: _, ...consent } = client.consent;
    const next: ClientRecord = {
      ...client,
      revision: client.revision + 1,
      consent: { ...consent, state: to, decidedAt: at, ...(reason !== undefined && { reason }) },
    };
    const { nextLookAt: _looked, retries: _retries, principalId: _old, ...rest } = of;
    await cases.put({
      ...refreshCase(rest, next),
      ...(to === "granted" && principalId !== undefined && { principalId }),
    });
    if (await records.save(next, version)) return "recorded";
  }
}

/** Other systems hear of the request before they hear of what became of it. */
async function announce(deps: ConsentDeps, decision: Decision): Promise<boolean> {
  const { to, id, at, of } = decision;
  const known = await deps.alertLog.of(of.clientId);
  const requested = { stage: "requested" as const, mark: "", at: of.consent.requestedAt };
  const first = eventTarget(deps, stageEvents(of, requested));
  const told = await deliver(
    deps,
    { about: of.clientId, stage: "requested", mark: "", target: first.name },
    known,
    first.send,
  );
  if (isFailed(told)) return false;

  const targets: readonly Target[] =
    to === "revoked" || to === "deleted"
      ? targetsOf(deps, of, { stage: to, mark: id, at })
      : [eventTarget(deps, [decisionEvent(of, { ...decision, to })])];
  const outcomes = await Promise.all(
    targets.map(({ name, send }) =>
      deliver(deps, { about: of.clientId, stage: to, mark: id, target: name }, known, send),
    ),
  );
  return outcomes.every(isThere);
}

async function removeClient({ records }: ConsentDeps, { of }: Decision): Promise<void> {
  const found = await records.client(of.subscription, of.clientId);
  if (found) await records.remove(found.record);
}

const STATES: readonly ConsentState[] = ["pending", "granted", "rejected", "revoked"];

async function unlist(
  { cases }: ConsentDeps,
  { of }: Decision,
  except: Decision["to"] | undefined,
): Promise<void> {
  await Promise.all(
    STATES.filter((state) => state !== except).map((state) => cases.remove(state, of.clientId)),
  );
}
