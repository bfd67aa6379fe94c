import type { UnderWay } from "../admission/operation.ts";
import { type CheckDeps, remember } from "../settling/checks.ts";

/** What the change takes at most, usually, to end: a message that comes sooner only has to come again. In milliseconds. */
const TO_END_MS = 1_000;

/**
 * A message for the time when a secret goes; a row of the journal with the bus away. Sent before the record says so: one that
 * comes for nothing does nothing, and one that is lost is found by what is due that day.
 */
export async function scheduleRetirement(
  deps: CheckDeps,
  { operationId, subscription }: Pick<UnderWay, "operationId" | "subscription">,
  what: { readonly clientId: string; readonly keyId: string; readonly retiresAt: Date },
): Promise<void> {
  const { clientId, keyId, retiresAt } = what;
  const about = { operationId, subscription, clientId, keyId };
  const soonest = new Date(deps.runtime.now().getTime() + TO_END_MS);
  await remember(
    deps,
    { type: "secret.retire", version: 1, ...about, retiresAt: retiresAt.toISOString() },
    retiresAt > soonest ? retiresAt : soonest,
  );
}
