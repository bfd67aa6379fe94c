import { note } from "../base/observation.ts";
import type { DirectoryRefusal } from "../clients/ports.ts";
import type { OperationIncident } from "../events/operation-incident.ts";
import { type CheckDeps, checkLater } from "./checks.ts";
import { type Held, holderOf } from "./operation.ts";

/** Refusals that say something is wrong with the service's standing in the directory, and not with what a customer asked for. */
const OPERATORS_CONCERN: readonly DirectoryRefusal["reason"][] = [
  "not-ours",
  "directory-full",
  "refused",
];

/** Has operators alerted to a refusal that only they can mend; what customers can mend themselves is no concern of theirs. */
export async function reportRefusal(
  deps: CheckDeps,
  held: Held,
  refusal: DirectoryRefusal,
): Promise<void> {
  if (OPERATORS_CONCERN.includes(refusal.reason)) await report(deps, held, refusal.reason);
}

/**
 * Has operators alerted by whoever takes the message: the request at hand is not kept waiting for a channel.
 */
export async function report(
  { checks, journal, runtime }: CheckDeps,
  held: Held,
  reason: OperationIncident["reason"],
): Promise<void> {
  const { operationId, subscription, operation } = held.entry;
  const incident: OperationIncident = {
    type: "operation.incident",
    version: 1,
    operationId,
    subscription,
    kind: operation.kind,
    ...(operation.kind !== "create" && { clientId: holderOf(held.entry) }),
    reason,
    at: runtime.now().toISOString(),
  };
  note(`incident:${reason}`);
  await checkLater({ checks, journal }, incident, runtime.now());
}
