import * as z from "zod";
import { Actor } from "../../clients/actor.ts";
import { Role } from "../../clients/client.ts";
import type { ConsentState } from "../../clients/consent.ts";
import type { CaseClock, CaseGrant, ConsentCase } from "../../consent/consent-case.ts";
import { NameFlag } from "../../consent/name-flags.ts";
import { json } from "./json-column.ts";
import { readRow } from "./legible.ts";
import type { Row } from "./table.ts";

/**
 * Table `consents`: an index of the clients' consents.
 *
 *     pending | granted | rejected | revoked, <client id>    a case, by its state
 *     deciding, <client id>                                  a decision under way: decision-rows.ts
 *     drifted, <client id>                                   a client with more than it asked for: drift-rows.ts
 *     revocations, …                                         revocation-progress.ts
 */

const instant = z.iso.datetime().transform((value) => new Date(value));
const State = z.enum(["pending", "granted", "rejected", "revoked"]);
const ToldColumn = json(z.record(z.string(), z.array(z.string())));
const BeforeColumn = json(
  z.object({
    clients: z.number(),
    pending: z.number(),
    granted: z.number(),
    rejected: z.number(),
    revoked: z.number(),
    more: z.boolean(),
  }),
);

const CaseRow = z.object({
  clientId: z.guid(),
  operationId: z.string(),
  subscription: z.string(),
  appId: z.guid(),
  displayName: z.string(),
  roles: z.string().transform((value) => z.array(Role).parse(value.split(" "))),
  requestedBy: z.string(),
  requester: json(Actor).optional(),
  before: BeforeColumn.optional(),
  gone: z.boolean().optional(),
  restored: z.boolean().optional(),
  madeBy: z.string().optional(),
  state: State,
  requestedAt: instant,
  dueAt: instant,
  slaHours: z.number(),
  remindersSent: z.number(),
  // Rows of an earlier version have none; the client's record has it, and is read before anybody decides.
  revision: z.number().default(1),
  decidedAt: instant.optional(),
  decidedBy: json(Actor).optional(),
  reason: z.string().optional(),
  flags: z
    .string()
    .transform((value) => value.split(" ").filter((flag) => NameFlag.safeParse(flag).success))
    .pipe(z.array(NameFlag))
    .optional(),
});

const ClockColumns = z.object({
  nextCheckAt: instant,
  byMessage: z.boolean(),
  policy: z.string().optional(),
  attempts: z.number(),
  told: ToldColumn,
  owner: z.string().optional(),
  claimedAt: instant.optional(),
});

const GrantColumns = z.object({
  principalId: z.string().optional(),
  seenAt: instant.optional(),
  doubtedAt: instant.optional(),
});

export const caseKey = (state: ConsentState, clientId: string) => ({
  partitionKey: state,
  rowKey: clientId,
});

export function caseRow(listed: ConsentCase): Row {
  const { consent, clock, grant } = listed;
  return {
    ...caseKey(consent.state, listed.clientId),
    clientId: listed.clientId,
    operationId: listed.operationId,
    subscription: listed.subscription,
    appId: listed.appId,
    displayName: listed.displayName,
    roles: listed.roles.join(" "),
    requestedBy: listed.requestedBy,
    requester: listed.requester && JSON.stringify(listed.requester),
    before: listed.before && JSON.stringify(listed.before),
    gone: listed.gone,
    restored: listed.restored,
    madeBy: listed.madeBy,
    state: consent.state,
    requestedAt: consent.requestedAt.toISOString(),
    dueAt: consent.dueAt.toISOString(),
    slaHours: consent.slaHours,
    remindersSent: consent.remindersSent,
    revision: listed.revision,
    decidedAt: consent.decidedAt?.toISOString(),
    decidedBy: consent.decidedBy && JSON.stringify(consent.decidedBy),
    reason: consent.reason,
    flags: listed.flags?.join(" "),
    ...(clock && clockColumns(clock)),
    ...(grant && grantColumns(grant)),
  };
}

const clockColumns = ({ nextCheckAt, byMessage, policy, attempts, told, claim }: CaseClock) => ({
  nextCheckAt: nextCheckAt.toISOString(),
  byMessage,
  policy,
  attempts,
  told: JSON.stringify(told),
  owner: claim?.owner,
  claimedAt: claim?.claimedAt.toISOString(),
});

const grantColumns = ({ principalId, seenAt, doubtedAt }: CaseGrant) => ({
  principalId,
  seenAt: seenAt?.toISOString(),
  doubtedAt: doubtedAt?.toISOString(),
});

export function readCase(row: Row): ConsentCase {
  const parsed = readRow(CaseRow, row);
  const { clientId, operationId, subscription, appId, displayName, roles, requestedBy, revision } =
    parsed;
  const clock = readClock(row);
  const grant = parsed.state === "granted" ? readGrant(row) : undefined;
  return {
    ...{ clientId, operationId, subscription, appId, displayName, roles, requestedBy },
    ...(parsed.requester && { requester: parsed.requester }),
    ...(parsed.before && { before: parsed.before }),
    ...(parsed.gone && { gone: true }),
    ...(parsed.restored && { restored: true }),
    ...(parsed.madeBy !== undefined && { madeBy: parsed.madeBy }),
    revision,
    consent: {
      state: parsed.state,
      requestedAt: parsed.requestedAt,
      dueAt: parsed.dueAt,
      slaHours: parsed.slaHours,
      remindersSent: parsed.remindersSent,
      ...(parsed.decidedAt && { decidedAt: parsed.decidedAt }),
      ...(parsed.decidedBy && { decidedBy: parsed.decidedBy }),
      ...(parsed.reason !== undefined && { reason: parsed.reason }),
    },
    ...(parsed.flags && { flags: parsed.flags }),
    ...(clock && { clock }),
    ...(grant && { grant }),
  };
}

/** Nothing on rows without a clock: decided ones, and what an earlier version of this service has left. */
function readClock(row: Row): CaseClock | undefined {
  if (row["told"] === undefined) return undefined;
  const { owner, claimedAt, policy, ...clock } = readRow(ClockColumns, row);
  return {
    ...clock,
    ...(policy !== undefined && { policy }),
    ...(owner !== undefined && claimedAt && { claim: { owner, claimedAt } }),
  };
}

function readGrant(row: Row): CaseGrant {
  const { principalId, seenAt, doubtedAt } = readRow(GrantColumns, row);
  return {
    ...(principalId !== undefined && { principalId }),
    ...(seenAt && { seenAt }),
    ...(doubtedAt && { doubtedAt }),
  };
}
