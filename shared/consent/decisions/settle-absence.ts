import { LATE_FOR_MS } from "../../clients/late.ts";
import type { VersionedCase } from "../consent-case.ts";
import type { ConsentDeps } from "../consent-deps.ts";
import { decide } from "./decide.ts";

/**
 * A client that the directory does not show: `late` while it is young enough to be that, or back for so short a time; `not-now` while an operation of ours
 * holds it (its customer may be deleting it) or somebody has decided on it meanwhile; `deleted` otherwise.
 */
export async function settleAbsence(
  deps: ConsentDeps,
  { found, version }: VersionedCase,
  requestId?: string,
): Promise<"late" | "not-now" | "deleted"> {
  const { subscription, clientId, consent } = found;
  const isYoung = (since: Date): boolean =>
    deps.runtime.now().getTime() - since.getTime() < LATE_FOR_MS;
  if (isYoung(consent.requestedAt)) return "late";
  if (await deps.records.underWay(subscription, clientId)) return "not-now";
  // What was rejected or revoked keeps the time at which it was asked for first.
  const owned = await deps.records.client(subscription, clientId);
  if (owned?.record.restoredAt && isYoung(owned.record.restoredAt)) return "late";
  const { decided } = await decide(deps, { to: "deleted", subject: found, requestId }, version);
  return decided ? "deleted" : "not-now";
}
