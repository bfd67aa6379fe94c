import { backOff } from "../../base/back-off.ts";
import { RemoteUnavailable } from "../../base/unavailable.ts";
import type { OperationCheck } from "../../events/operation-check.ts";
import { checkLater } from "./checks.ts";
import { checkGivenUp, type GivenUpDeps } from "./given-up.ts";
import { type SettleDeps, settle } from "./settle.ts";

export type CheckOperationDeps = SettleDeps & GivenUpDeps;

export type Checked = "ended" | "finished" | "undone" | "waiting" | "parked" | "put-off";

/**
 * Looks whether an operation has ended, and ends it when nobody works on it any more. What a service that is away keeps from
 * being done is looked at again later; no check is used up by that.
 *
 * @throws RemoteUnavailable when not even that could be noted
 */
export async function checkOperation(
  deps: CheckOperationDeps,
  check: OperationCheck,
): Promise<Checked> {
  try {
    return await checkNow(deps, check);
  } catch (error) {
    if (!(error instanceof RemoteUnavailable)) throw error;
    const attempt = check.attempt ?? 0;
    // A look at what was given up counts its attempts as looks: one that an outage prevented is no look.
    const again = check.givenUp ? { ...check, attempt: Math.max(0, attempt - 1) } : check;
    await checkLater(deps, again, backOff(deps.runtime, attempt + FIRST_FAILURES));
    return "put-off";
  }
}

/** The first pause after an outage is 4 s, not 1: whatever was away has been asked three times already. */
const FIRST_FAILURES = 2;

async function checkNow(deps: CheckOperationDeps, check: OperationCheck): Promise<Checked> {
  if (check.givenUp) return checkGivenUp(deps, check);
  const { operations, reconcileAfterMs, runtime } = deps;
  const holder = check.clientId ?? check.operationId;
  const held = await operations.underWay(check.subscription, holder);
  if (held?.entry.operationId !== check.operationId) return "ended";
  const ripeAt = held.entry.touchedAt.getTime() + reconcileAfterMs;
  if (ripeAt > runtime.now().getTime()) {
    await checkLater(deps, check, new Date(ripeAt));
    return "waiting";
  }
  const settled = await settle(deps, held);
  if (settled === "waiting") {
    const again = new Date(runtime.now().getTime() + reconcileAfterMs);
    await checkLater(deps, check, again);
  }
  return settled;
}

/** The same for a create, whose message is kept by the consent clock until it has ended. */
export async function settleAbandonedCreate(
  deps: CheckOperationDeps,
  { subscription, operationId }: { readonly subscription: string; readonly operationId: string },
): Promise<"ended" | "waiting"> {
  const held = await deps.operations.underWay(subscription, operationId);
  if (!held) return "ended";
  const ripeAt = held.entry.touchedAt.getTime() + deps.reconcileAfterMs;
  if (ripeAt > deps.runtime.now().getTime()) return "waiting";
  return (await settle(deps, held)) === "waiting" ? "waiting" : "ended";
}
