import { done, type Outcome } from "../base/outcome.ts";
import type { Runtime } from "../base/runtime.ts";
import type { ClientRecords, VersionedAccount } from "../clients/ports.ts";
import { type Account, type AccountLimits, type AccountRefusal, admit } from "./account.ts";

/** Longest pause before another attempt at an account that others are changing too. */
const MAX_PAUSE_MS = 200;

/**
 * Counts one change of the directory against the subscription, and takes a place for a new client if `place` names the
 * operation that needs one. An attempt fails only because another one succeeded, so the loop ends with the limits.
 */
export async function charge(
  deps: { records: ClientRecords; runtime: Runtime; limits: AccountLimits },
  read: VersionedAccount,
  place?: { readonly operationId: string },
): Promise<Outcome<Account, AccountRefusal>> {
  let current = read;
  for (let attempt = 0; ; attempt += 1) {
    const admitted = admit(current.account, place !== undefined, deps.limits, deps.runtime.now());
    if (!admitted.ok) return admitted;
    const saved = place
      ? await deps.records.reserve(admitted.value, current.version, place.operationId)
      : await deps.records.charge(admitted.value, current.version, deps.runtime.newId());
    if (saved) return done(admitted.value);
    await deps.runtime.pause(deps.runtime.random() * Math.min(5 * 2 ** attempt, MAX_PAUSE_MS));
    current = await deps.records.account(current.account.subscription);
  }
}
