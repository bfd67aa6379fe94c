import { tellHeldStop } from "../alerts/alert-stop.ts";
import { digests } from "../alerts/digest.ts";
import { addConsent, addStop } from "../alerts/owed.ts";
import { type PoisonDeps, tellPoison } from "../alerts/poison.ts";
import type { StopLog } from "../alerts/stop-log.ts";
import { isHeld } from "../claim.ts";
import { checkConsent } from "../clock/check.ts";
import { type ConsentCase, clockOf } from "../consent-case.ts";
import type { ConsentDeps } from "../consent-deps.ts";
import { decide } from "../decisions/decide.ts";
import { finishDecision } from "../decisions/finish-decision.ts";
import { reviewDrift } from "../decisions/review-drift.ts";
import { sweepRun } from "./sweep-run.ts";

export interface Swept {
  readonly pending: number;
  /** Age of the oldest pending request, in whole seconds. */
  readonly oldestSeconds: number;
  /** How far the most overdue of them is past its due time, in whole seconds; 0 when none is. An alert rule watches it. */
  readonly overdueSeconds: number;
  readonly granted: number;
  /** Checks that were due and had no message, or whose message had not done its work. */
  readonly checks: number;
  /** Decisions that somebody had begun. */
  readonly finished: number;
  /** Messages of the queue that operators were told they cannot be worked on. */
  readonly poison: number;
  /** Consents and stops that were told of in a digest. */
  readonly digested: number;
  readonly failed: number;
  /** Not begun for lack of time; the next run begins with them. */
  readonly left: number;
}

export interface SweepDeps extends ConsentDeps, PoisonDeps {
  readonly stopLog: StopLog;
}

/** Asked about in one go: the most that the directory answers in one call. */
const GROUP = 300;

/**
 * Looks after everything that waits: notices grants, finishes what a dead host began, makes the checks that are due. Reads
 * pending consents, decisions under way, untold messages and stops, page by page, and acts as it reads: it costs what is pending and
 * not what there is. For n pending consents ceil(n/300) calls of the directory, four at a time, and ceil(n/1000) queries.
 *
 * @throws RemoteUnavailable when the index cannot be read; what was done until then is done
 */
export async function sweepConsents(deps: SweepDeps): Promise<Swept> {
  const { cases, consentDirectory, runtime } = deps;
  const run = sweepRun(deps);
  const tally = { granted: 0, checks: 0, finished: 0, poison: 0, digested: 0 };
  await deps.gate.ready();
  const held = digests(deps);
  const pending = { count: 0, oldest: Number.POSITIVE_INFINITY, due: Number.POSITIVE_INFINITY };

  run.entry("", async () => {
    const untold = await deps.alertLog.untold();
    for (const listed of untold.stops)
      run.entry(listed.held.notice.subscription, async () => {
        const left = await tellHeldStop(deps, listed);
        if (left) addStop(deps, held, left);
      });
    tally.poison += await tellPoison(deps, untold);
  });
  for await (const begun of cases.decisions()) {
    // One that somebody holds is being carried out.
    if (isHeld(begun.decision.claim, deps)) continue;
    run.entry(begun.decision.subject.subscription, async () => {
      await finishDecision(deps, begun);
      tally.finished += 1;
    });
  }

  const settleGone = ({ clientId, subscription }: ConsentCase): void =>
    run.entry(subscription, async () => {
      await checkConsent(deps, clientId);
    });
  const all = async function* (): AsyncGenerator<ConsentCase> {
    for await (const { found } of cases.all("pending")) {
      if (found.gone) {
        settleGone(found);
        continue;
      }
      pending.count += 1;
      pending.oldest = Math.min(pending.oldest, found.consent.requestedAt.getTime());
      pending.due = Math.min(pending.due, found.consent.dueAt.getTime());
      yield found;
    }
  };
  await run.groups(all(), GROUP, async (group) => {
    const granted = await consentDirectory.granted(group);
    for (const found of group) {
      // Ids and no more are kept of what waits for a lane.
      const { clientId, subscription } = found;
      const grant = granted.get(clientId);
      if (grant?.excess) {
        const { excess } = grant;
        run.entry(subscription, async () => {
          await reviewDrift(deps, found, excess);
        });
      }
      const principalId = grant?.complete ? grant.principalId : undefined;
      if (principalId !== undefined)
        run.entry(subscription, async () => {
          if (await noteGrant(deps, clientId, principalId)) tally.granted += 1;
        });
      else if (isDue(deps, found))
        run.entry(subscription, async () => {
          await checkConsent(deps, clientId);
          tally.checks += 1;
        });
      else addConsent(deps, held, found);
    }
  });
  await run.done();
  if (held.areDue()) {
    run.entry("", async () => {
      tally.digested += await held.send();
    });
    await run.done();
  }

  const now = runtime.now().getTime();
  const seconds = (since: number) =>
    Number.isFinite(since) ? Math.max(0, Math.floor((now - since) / 1000)) : 0;
  return {
    pending: pending.count,
    oldestSeconds: seconds(pending.oldest),
    overdueSeconds: seconds(pending.due),
    ...tally,
    failed: run.failed,
    left: run.left,
  };
}

/**
 * A check for which a message was scheduled is left to it, until it is clear that the message has not come. What other reminders or
 * open hours were worked out by may be due long before.
 */
function isDue(deps: ConsentDeps, found: ConsentCase): boolean {
  const { nextCheckAt, byMessage, claim, policy } = clockOf(found);
  if (isHeld(claim, deps)) return false;
  if (policy !== undefined && policy !== deps.policy) return true;
  const patienceMs = byMessage ? deps.reconcileAfterMs : 0;
  return nextCheckAt.getTime() + patienceMs <= deps.runtime.now().getTime();
}

async function noteGrant(
  deps: ConsentDeps,
  clientId: string,
  principalId: string,
): Promise<boolean> {
  const listed = await deps.cases.get("pending", clientId);
  if (!listed) return false;
  const decision = { to: "granted" as const, principalId, subject: listed.found };
  const { decided } = await decide(deps, decision, listed.version);
  // Its record says otherwise, or is gone: the check drops the row, and pays what it owed.
  if (!decided) await checkConsent(deps, clientId);
  return decided;
}
