import { done, type Outcome, refused } from "../../base/outcome.ts";
import type { By } from "../../clients/actor.ts";
import type { ClientRefusal } from "../../clients/reasons.ts";
import type { Suspension } from "../../clients/suspension.ts";
import { refreshCase, type ShownCase } from "../../consent/consent-case.ts";
import { findCase } from "../../consent/decisions/find-case.ts";
import type { ConsentCases } from "../../consent/ports.ts";
import type { AccountRefusal } from "../admission/account.ts";
import type { ChangeDeps } from "../admission/change.ts";
import type { KeyRefusal } from "../admission/key.ts";
import { resumeClient, suspendClient } from "./suspend-client.ts";

export interface StopDeps extends ChangeDeps {
  /** Operators know a client by its id alone; the list of consents knows whose it is. */
  readonly cases: ConsentCases;
}

export interface StopRequest {
  readonly clientId: string;
  readonly by: By;
  /** Why it is stopped; without one it is resumed. */
  readonly reason?: string | undefined;
}

/** What an operator does to one client, whosever it is. What is as it was asked for already is answered and not done again. */
export async function stopClient(
  deps: StopDeps,
  { clientId, by, reason }: StopRequest,
): Promise<Outcome<ShownCase, ClientRefusal | AccountRefusal | KeyRefusal>> {
  const found = await findCase(deps, clientId);
  if (!found.ok) return refused({ reason: "not-found" });
  const { subscription, suspended } = found.value;
  if (isAsAsked(suspended, reason)) return found;
  const request = { subscription, clientId, by };
  const stopped =
    reason === undefined
      ? await resumeClient(deps, request)
      : await suspendClient(deps, { ...request, reason });
  if (!stopped.ok) return stopped;
  const { customer } = found.value;
  return done({ ...refreshCase(found.value, stopped.value), customer });
}

/**
 * One that was stopped with its subscription is stopped for a reason of its own as well: it stays so when the others go on. What its
 * customer has stopped is none of the operators' to let go on.
 */
const isAsAsked = (suspended: Suspension | undefined, reason: string | undefined): boolean =>
  reason === undefined
    ? suspended?.by !== "operator"
    : reason === suspended?.reason &&
      suspended.by === "operator" &&
      suspended.withSubscription === undefined;
