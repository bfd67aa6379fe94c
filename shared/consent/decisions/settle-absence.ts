import { LATE_FOR_MS } from "../../clients/late.ts";
import type { VersionedCase } from "../consent-case.ts";
import type { ConsentDeps } from "../consent-deps.ts";
import { decide } from "./decide.ts";

/**
 * A client that the directory does not show: `late` while it is young enough to be that; `not-now` while an operation of ours
 * holds it (its customer may be deleting it) or somebody has decided on it meanwhile; `deleted` otherwise.
 */
export async function settleAbsence(
  deps: ConsentDeps,
  { found, version }: VersionedCase,
  requestId?: string,
): Promise<"late" | "not-now" | "deleted"> {
  const ageMs = deps.runtime.now().getTime() - found.consent.requestedAt.getTime();
  if (ageMs < LATE_FOR_MS) return "late";
  if (await deps.records.underWay(found.subscription, found.clientId)) return "not-now";
  const { decided } = await decide(deps, { to: "deleted", subject: found, requestId }, version);
  return decided ? "deleted" : "not-now";
}
