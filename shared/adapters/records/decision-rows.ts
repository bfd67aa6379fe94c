import * as z from "zod";
import { dayOf } from "../../base/day.ts";
import { Actor } from "../../clients/actor.ts";
import type { Decision } from "../../consent/decisions/decision.ts";
import { keySafe } from "../key-safe.ts";
import { caseRow, readCase } from "./consent-rows.ts";
import { json } from "./json-column.ts";
import { readRow } from "./legible.ts";
import type { Row } from "./table.ts";

/**
 * In the table `consents`: partition `deciding`, one row for each decision under way, with the case it is made on; and, in
 * the transaction that begins one, a row that says on which day something was decided of which subscription:
 *
 *     deciding, <client id>                  a decision under way
 *     deciding, ~<date>:<subscription>       for as long as activity is kept
 */

export const DECIDING = "deciding";
/** Sorts behind every client id. */
export const DECIDED_ON = "~";

export const decidedOnKey = (day: string): string => `${DECIDED_ON}${day}:`;

export const decidedOnRow = ({ at, subject: { subscription } }: Decision): Row => ({
  partitionKey: DECIDING,
  rowKey: `${decidedOnKey(dayOf(at))}${keySafe(subscription)}`,
  subscription,
});

const instant = z.iso.datetime().transform((value) => new Date(value));
const DecisionRow = z.object({
  decisionId: z.string(),
  to: z.enum(["granted", "rejected", "revoked", "deleted"]),
  at: instant,
  newReason: z.string().optional(),
  newPrincipalId: z.string().optional(),
  decidingOwner: z.string().optional(),
  decidingSince: instant.optional(),
  removing: z.boolean().optional(),
  boundTo: z.number().optional(),
  decidingBy: json(Actor).optional(),
  decidingRequest: z.string().optional(),
  decisionTold: z
    .string()
    .default("[]")
    .transform((value) => z.array(z.string()).parse(JSON.parse(value))),
});

export const decisionRow = (decision: Decision): Row => ({
  ...caseRow(decision.subject),
  partitionKey: DECIDING,
  decisionId: decision.id,
  to: decision.to,
  at: decision.at.toISOString(),
  newReason: decision.reason,
  newPrincipalId: decision.principalId,
  decidingOwner: decision.claim?.owner,
  decidingSince: decision.claim?.claimedAt.toISOString(),
  removing: decision.removing,
  boundTo: decision.boundTo,
  decidingBy: decision.by && JSON.stringify(decision.by),
  decidingRequest: decision.requestId,
  decisionTold: JSON.stringify(decision.told),
});

export function readDecision(row: Row): Decision {
  const parsed = readRow(DecisionRow, row);
  const { decidingOwner: owner, decidingSince: claimedAt } = parsed;
  return {
    id: parsed.decisionId,
    to: parsed.to,
    at: parsed.at,
    subject: readCase(row),
    told: parsed.decisionTold,
    ...(parsed.newReason !== undefined && { reason: parsed.newReason }),
    ...(parsed.newPrincipalId !== undefined && { principalId: parsed.newPrincipalId }),
    ...(owner !== undefined && claimedAt && { claim: { owner, claimedAt } }),
    ...(parsed.removing && { removing: true }),
    ...(parsed.boundTo !== undefined && { boundTo: parsed.boundTo }),
    ...(parsed.decidingBy && { by: parsed.decidingBy }),
    ...(parsed.decidingRequest !== undefined && { requestId: parsed.decidingRequest }),
  };
}
