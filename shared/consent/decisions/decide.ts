import { RemoteUnavailable } from "../../base/unavailable.ts";
import { newClaim } from "../claim.ts";
import type { ConsentDeps } from "../consent-deps.ts";
import type { Decision, NewDecision } from "./decision.ts";
import { type Decided, finishDecision } from "./finish-decision.ts";

/** A few attempts: each one that fails has ended somebody else's void decision first. */
const ATTEMPTS = 3;

/**
 * Changes a consent's state: written down first, then the index, the client's record (the truth), the event and alerts, and
 * what is left of the old index. Whoever finds it written down finishes it, so a death anywhere in between loses nothing. Six
 * requests to the tables.
 *
 * @param listedVersion of the row of the case it is made on, if that is known: spares reading the row again
 * @throws RemoteUnavailable when it is not certain that the record has changed; the sweep goes on with it
 */
export async function decide(
  deps: ConsentDeps,
  next: NewDecision,
  listedVersion?: string,
): Promise<Decided> {
  const decision: Decision = {
    ...next,
    id: deps.runtime.newId(),
    at: deps.runtime.now(),
    claim: newClaim(deps),
    told: [],
  };
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const begun = await deps.cases.begin(decision);
    if (begun) return finishDecision(deps, begun, { isOurs: true, listedVersion });
    const other = await deps.cases.decision(next.subject.clientId);
    if (!other) continue;
    const { decided } = await finishDecision(deps, other);
    // It counts although somebody may still be telling of it: then it stays written down, and no second one can begin.
    const { to } = other.decision;
    if (decided) return to === "deleted" ? { decided: false } : { decided: false, state: to };
  }
  throw new RemoteUnavailable("records", { executed: "no", retryAfterSeconds: 1 });
}
