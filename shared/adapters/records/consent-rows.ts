import * as z from "zod";
import { Role } from "../../clients/client.ts";
import type { ConsentState } from "../../consent/consent.ts";
import type { ConsentCase } from "../../consent/consent-case.ts";
import type { Decision } from "../../consent/decisions/decision.ts";
import type { Row } from "./table.ts";

/**
 * Table `consents`: an index of the clients' consents.
 *
 *     pending | granted | rejected | revoked, <client id>    a case, by its state
 *     deciding, <client id>                                  a decision under way
 *     revocations, …                                         revocation-progress.ts
 */

export const DECIDING = "deciding";

const instant = z.iso.datetime().transform((value) => new Date(value));
const State = z.enum(["pending", "granted", "rejected", "revoked"]);

const CaseRow = z.object({
  clientId: z.guid(),
  operationId: z.string(),
  subscription: z.string(),
  appId: z.guid(),
  displayName: z.string(),
  roles: z.string().transform((value) => z.array(Role).parse(value.split(" "))),
  requestedBy: z.string(),
  state: State,
  requestedAt: instant,
  dueAt: instant,
  slaHours: z.number(),
  remindersSent: z.number(),
  decidedAt: instant.optional(),
  reason: z.string().optional(),
  nextLookAt: instant.optional(),
  retries: z.number().optional(),
  principalId: z.string().optional(),
});

const DecisionRow = z.object({
  decisionId: z.string(),
  to: z.enum(["granted", "rejected", "revoked", "deleted"]),
  at: instant,
  newReason: z.string().optional(),
  newPrincipalId: z.string().optional(),
});

export const caseKey = (state: ConsentState, clientId: string) => ({
  partitionKey: state,
  rowKey: clientId,
});

export function caseRow(listed: ConsentCase): Row {
  const { consent } = listed;
  return {
    ...caseKey(consent.state, listed.clientId),
    clientId: listed.clientId,
    operationId: listed.operationId,
    subscription: listed.subscription,
    appId: listed.appId,
    displayName: listed.displayName,
    roles: listed.roles.join(" "),
    requestedBy: listed.requestedBy,
    state: consent.state,
    requestedAt: consent.requestedAt.toISOString(),
    dueAt: consent.dueAt.toISOString(),
    slaHours: consent.slaHours,
    remindersSent: consent.remindersSent,
    decidedAt: consent.decidedAt?.toISOString(),
    reason: consent.reason,
    nextLookAt: listed.nextLookAt?.toISOString(),
    retries: listed.retries,
    principalId: listed.principalId,
  };
}

export function readCase(row: Row): ConsentCase {
  const parsed = CaseRow.parse(row);
  const { clientId, operationId, subscription, appId, displayName, roles, requestedBy } = parsed;
  return {
    ...{ clientId, operationId, subscription, appId, displayName, roles, requestedBy },
    consent: {
      state: parsed.state,
      requestedAt: parsed.requestedAt,
      dueAt: parsed.dueAt,
      slaHours: parsed.slaHours,
      remindersSent: parsed.remindersSent,
      ...(parsed.decidedAt && { decidedAt: parsed.decidedAt }),
      ...(parsed.reason !== undefined && { reason: parsed.reason }),
    },
    ...(parsed.nextLookAt && { nextLookAt: parsed.nextLookAt }),
    ...(parsed.retries !== undefined && { retries: parsed.retries }),
    ...(parsed.principalId !== undefined && { principalId: parsed.principalId }),
  };
}

export const decisionRow = (decision: Decision): Row => ({
  ...caseRow(decision.of),
  partitionKey: DECIDING,
  decisionId: decision.id,
  to: decision.to,
  at: decision.at.toISOString(),
  newReason: decision.reason,
  newPrincipalId: decision.principalId,
});

export function readDecision(row: Row): Decision {
  const { decisionId, to, at, newReason, newPrincipalId } = DecisionRow.parse(row);
  return {
    id: decisionId,
    to,
    at,
    of: readCase(row),
    ...(newReason !== undefined && { reason: newReason }),
    ...(newPrincipalId !== undefined && { principalId: newPrincipalId }),
  };
}
