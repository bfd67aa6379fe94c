import { inLanes } from "../../base/in-lanes.ts";
import { note } from "../../base/observation.ts";
import { RemoteUnavailable } from "../../base/unavailable.ts";
import { look } from "../clock/look.ts";
import type { ConsentCase } from "../consent-case.ts";
import type { ConsentDeps } from "../consent-deps.ts";
import { decide, finishDecision } from "../decisions/decide.ts";

export interface Swept {
  readonly pending: number;
  /** Age of the oldest pending request, in whole seconds. */
  readonly oldestSeconds: number;
  /** How far the most overdue of them is past its due time, in whole seconds; 0 when none is. An alert rule watches it. */
  readonly overdueSeconds: number;
  readonly granted: number;
  /** Looks whose message had not done its work. */
  readonly looks: number;
  /** Decisions that somebody had begun. */
  readonly finished: number;
  readonly failed: number;
}

/** So many looks at once: enough to catch up after an outage, too few to weigh on services that recover. */
const LANES = 8;

/**
 * Looks after everything that waits: notices grants, finishes what a dead host began, makes the looks whose messages were
 * lost. Reads pending consents and decisions under way and nothing else, so it costs what is pending and not what there is.
 */
export async function sweepConsents(deps: ConsentDeps): Promise<Swept> {
  const { cases, runtime } = deps;
  const tally = { granted: 0, looks: 0, finished: 0, failed: 0 };
  const attempt = async (work: () => Promise<void>): Promise<void> => {
    try {
      await work();
    } catch (error) {
      if (!(error instanceof RemoteUnavailable)) throw error;
      note(`sweep:${error.service}-away`);
      tally.failed += 1;
    }
  };

  for await (const decision of cases.decisions()) {
    // One that was begun a moment ago is being carried out by whoever began it.
    if (runtime.now().getTime() - decision.at.getTime() < deps.reconcileAfterMs) continue;
    await attempt(async () => {
      await finishDecision(deps, decision);
      tally.finished += 1;
    });
  }

  const pending: ConsentCase[] = [];
  for await (const { found } of cases.all("pending")) pending.push(found);
  const granted = new Map<string, string>();
  await attempt(async () => {
    for (const [id, principal] of await deps.consentDirectory.granted(pending))
      granted.set(id, principal);
  });
  const lateBefore = runtime.now().getTime() - deps.reconcileAfterMs;
  await inLanes(LANES, pending, async (of) => {
    const principalId = granted.get(of.clientId);
    const late = (of.nextLookAt?.getTime() ?? 0) < lateBefore;
    await attempt(async () => {
      if (principalId !== undefined) {
        const decision = { id: runtime.newId(), at: runtime.now(), of, principalId };
        await decide(deps, { ...decision, to: "granted" });
        tally.granted += 1;
      } else if (late) {
        await look(deps, of.clientId);
        tally.looks += 1;
      }
    });
  });
  const oldest = Math.min(...pending.map(({ consent }) => consent.requestedAt.getTime()));
  const oldestMs = pending.length > 0 ? runtime.now().getTime() - oldest : 0;
  const due = Math.min(...pending.map(({ consent }) => consent.dueAt.getTime()));
  return {
    pending: pending.length,
    oldestSeconds: Math.floor(oldestMs / 1000),
    overdueSeconds: Math.max(0, Math.floor((runtime.now().getTime() - due) / 1000)),
    ...tally,
  };
}
