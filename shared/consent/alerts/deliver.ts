import { note } from "../../base/observation.ts";
import type { Runtime } from "../../base/runtime.ts";
import { RemoteUnavailable } from "../../base/unavailable.ts";
import type { AlertClaim, AlertKey, AlertLog, VersionedClaim } from "./alert-log.ts";

export interface DeliverDeps {
  readonly alertLog: AlertLog;
  readonly runtime: Runtime;
  /** Age from which a claim that was not marked sent counts as its host's death, in milliseconds. */
  readonly reconcileAfterMs: number;
}

/** Where something is to be sent; `send` throws `RemoteUnavailable` when it was not taken. */
export interface Target {
  readonly name: string;
  send(): Promise<void>;
}

/** It may be tried again, after so many seconds if the target said how long; 0 otherwise. */
export interface NotDelivered {
  readonly retryAfterSeconds: number;
}

/** `had`: it was sent before. `busy`: another host is sending it right now. */
export type Delivered = "sent" | "had" | "busy" | NotDelivered;

export const isFailed = (delivered: Delivered): delivered is NotDelivered =>
  typeof delivered === "object";

export const isThere = (delivered: Delivered): boolean =>
  delivered === "sent" || delivered === "had";

const same = (a: AlertKey, b: AlertKey): boolean =>
  a.about === b.about && a.stage === b.stage && a.mark === b.mark && a.target === b.target;

/**
 * Sends one stage to one target, once: claimed before, marked after. Only a host that dies between the two, or an answer
 * that is lost, makes it go out again, under the same id.
 *
 * @param known what the log said of it; read it anew for each attempt
 * @param own claims that were just made for this attempt
 */
export async function deliver(
  deps: DeliverDeps,
  key: AlertKey,
  known: readonly VersionedClaim[],
  send: Target["send"],
  own: readonly VersionedClaim[] = [],
): Promise<Delivered> {
  const earlier = find(known, key);
  if (earlier?.claim.sentAt) return "had";
  const claimed = find(own, key) ?? (await takeClaim(deps, key, earlier));
  if (!claimed) return "busy";
  try {
    await send();
  } catch (error) {
    if (!(error instanceof RemoteUnavailable)) throw error;
    note(`not-delivered:${key.target}`);
    await deps.alertLog.change({ ...claimed.claim, released: true }, claimed.version);
    return { retryAfterSeconds: error.throttled ? error.retryAfterSeconds : 0 };
  }
  const sentAt = deps.runtime.now();
  await deps.alertLog.change({ ...claimed.claim, sentAt }, claimed.version);
  return "sent";
}

/**
 * Claims in one write what nobody has claimed yet, for `own` of `deliver`. Nothing: the log knows more of them than `known`
 * says, so none of them was claimed.
 */
export async function claimTogether(
  deps: DeliverDeps,
  keys: readonly AlertKey[],
  known: readonly VersionedClaim[],
): Promise<readonly VersionedClaim[] | undefined> {
  const unclaimed = keys.filter((key) => !find(known, key));
  if (unclaimed.length < 2) return [];
  return deps.alertLog.claimAll(unclaimed.map((key) => newClaim(deps, key, 1)));
}

const find = (claims: readonly VersionedClaim[], key: AlertKey): VersionedClaim | undefined =>
  claims.find(({ claim }) => same(claim.key, key));

const newClaim = (
  { runtime }: Pick<DeliverDeps, "runtime">,
  key: AlertKey,
  attempts: number,
): AlertClaim => ({
  key,
  owner: runtime.newId(),
  claimedAt: runtime.now(),
  released: false,
  attempts,
});

async function takeClaim(
  deps: DeliverDeps,
  key: AlertKey,
  earlier: VersionedClaim | undefined,
): Promise<VersionedClaim | undefined> {
  const { alertLog, reconcileAfterMs } = deps;
  const claim = newClaim(deps, key, (earlier?.claim.attempts ?? 0) + 1);
  if (!earlier) return alertLog.claim(claim);
  const age = claim.claimedAt.getTime() - earlier.claim.claimedAt.getTime();
  const free = earlier.claim.released || age >= reconcileAfterMs;
  return free ? alertLog.change(claim, earlier.version) : undefined;
}
