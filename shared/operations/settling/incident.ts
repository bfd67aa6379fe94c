import { note } from "../../base/observation.ts";
import { RemoteUnavailable } from "../../base/unavailable.ts";
import type { DirectoryRefusal } from "../../clients/ports.ts";
import type { OperationIncident } from "../../events/operation-incident.ts";
import { type Held, holderOf } from "../admission/operation.ts";
import type { Run } from "../whole/run.ts";
import { type CheckDeps, checkLater } from "./checks.ts";

/** Refusals that say something is wrong with the service's standing in the directory, and not with what a customer asked for. */
const OPERATORS_CONCERN = ["not-ours", "directory-full", "refused"] as const;

/**
 * Has operators alerted to a refusal that only they can mend; what customers can mend themselves is no concern of theirs. Should
 * nobody take the alert, the caller is answered all the same: the next one to be refused so reports it again.
 */
export async function reportRefusal(
  deps: CheckDeps,
  held: Held,
  refusal: DirectoryRefusal,
): Promise<void> {
  const reason = OPERATORS_CONCERN.find((one) => one === refusal.reason);
  if (!reason) return;
  try {
    await report(deps, held, reason);
  } catch (error) {
    if (!(error instanceof RemoteUnavailable)) throw error;
    note("incident-not-reported");
  }
}

/** One alert an hour for each thing that is wrong: a full directory is full for everybody. */
const incidentId = (reason: string, about: string | undefined, at: string): string =>
  ["incident", reason, about ?? "create", at.slice(0, 13)].join(":");

/** Not all of a subscription's clients could be stopped, or let go on: those that are left are named in the operation. */
export async function reportRun(
  { checks, journal, runtime }: CheckDeps,
  { operationId, subscription, kind }: Pick<Run, "operationId" | "subscription" | "kind">,
): Promise<void> {
  const at = runtime.now().toISOString();
  const reason = "stop-incomplete";
  const id = incidentId(reason, operationId, at);
  const what = { id, operationId, subscription, kind, reason, at } as const;
  note(`incident:${reason}`);
  await checkLater(
    { checks, journal },
    { type: "operation.incident", version: 1, ...what },
    runtime.now(),
  );
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
  const at = runtime.now().toISOString();
  const clientId = operation.kind === "create" ? undefined : holderOf(held.entry);
  const incident: OperationIncident = {
    type: "operation.incident",
    version: 1,
    id: incidentId(reason, reason === "parked" ? operationId : clientId, at),
    operationId,
    subscription,
    kind: operation.kind,
    ...(clientId !== undefined && { clientId }),
    reason,
    at,
  };
  note(`incident:${reason}`);
  await checkLater({ checks, journal }, incident, runtime.now());
}
