import { TableClient } from "@azure/data-tables";
import * as z from "zod";
import type { Cloud } from "../../../infra/local/cloud.ts";
import { holdsPlace } from "../../../shared/adapters/records/operation-rows.ts";
import type { Row } from "../../../shared/adapters/records/table.ts";
import { type ActivityDamage, auditActivity, noActivityDamage } from "./audit-activity.ts";
import { Added, AlreadyReturned, type Wish } from "./customer.ts";

/** Everything that must be 0 after any number of deaths, once the reconciler has run twice. */
export interface Damage extends ActivityDamage {
  /** Registrations in the directory that no record knows. */
  readonly orphans: readonly string[];
  /** Clients of the records that the directory does not have. */
  readonly lost: readonly string[];
  /** Names that more than one registration carries: one wish, done twice. */
  readonly duplicates: readonly string[];
  /** Clients whose operators were never told. */
  readonly alertsLost: readonly string[];
  /** Clients whose operators were told under more than one id. */
  readonly alertsTwice: readonly string[];
  /** Secrets in the directory whose value nobody was given, and of which no 409 has told their owner. */
  readonly secretsLeft: readonly string[];
  /** Secrets whose value was given and that are not in the directory. */
  readonly secretsLost: readonly string[];
  /** Operations that hold a client or a place although nobody works on them: locks that were left. */
  readonly underWay: number;
  /** Operations that nobody could end and that are not listed for operators, or the other way round. */
  readonly parkedUnseen: number;
  /** Left over in the journal: events not told, messages not sent. */
  readonly journalRows: number;
  /** Changes that were refused for a limit, a key or an ETag and are done all the same. */
  readonly notAdmitted: readonly string[];
  /** Names in the directory that are not the last one a caller was told of. */
  readonly updatesLost: readonly string[];
  /** Clients counted for the subscription beside those it has: difference. */
  readonly miscounted: number;
}

const Application = z.object({
  id: z.string(),
  displayName: z.string(),
  passwordCredentials: z.array(z.object({ keyId: z.string() })),
});
const Page = z.object({ value: z.array(Application), "@odata.nextLink": z.string().optional() });

async function applications(cloud: Cloud): Promise<z.infer<typeof Application>[]> {
  const found: z.infer<typeof Application>[] = [];
  let next: string | undefined =
    `${cloud.addresses.graph}/applications?$filter=tags/any(t:t eq 'latchkey')&$select=id,displayName,passwordCredentials&$top=999`;
  while (next) {
    const response = await fetch(next, {
      headers: { authorization: `Bearer ${cloud.addresses.users.olga.graphToken}` },
    });
    const page = Page.parse(await response.json());
    found.push(...page.value);
    next = page["@odata.nextLink"];
  }
  return found;
}

export async function rows(cloud: Cloud, table: string): Promise<Row[]> {
  const client = TableClient.fromConnectionString(cloud.addresses.tables, table, {
    allowInsecureConnection: true,
  });
  const found: Row[] = [];
  for await (const row of client.listEntities<Row>()) found.push(row);
  return found;
}

export async function audit(cloud: Cloud, wishes: readonly Wish[]): Promise<Damage> {
  const [registered, clientRows, journal] = await Promise.all([
    applications(cloud),
    rows(cloud, "clients"),
    rows(cloud, "journal"),
  ]);
  const recorded = clientRows.filter((row) => String(row["rowKey"]).startsWith("client:"));
  const recordedIds = new Set(recorded.map((row) => String(row["id"])));
  const registeredIds = new Set(registered.map(({ id }) => id));
  const account = clientRows.find((row) => row["rowKey"] === "account");

  const under = (prefix: string) =>
    clientRows.filter((row) => String(row["rowKey"]).startsWith(prefix));
  const inPartition = (partition: string) =>
    journal.filter((row) => row["partitionKey"] === partition);
  const parkedCreates = under("parked:").filter(holdsPlace).length;

  const idsOfAlerts = Map.groupBy(
    cloud.inbox
      .alerts()
      .filter((alert) => alert.channel === "webhook" && alert.stage === "requested"),
    ({ clientId }) => clientId,
  );
  const given = new Set(
    wishes.flatMap(({ answer }) => {
      const added = Added.safeParse(answer?.body);
      return added.success ? [added.data.keyId] : [];
    }),
  );
  const told = new Set(
    wishes.flatMap(({ answer }) => {
      const already = AlreadyReturned.safeParse(answer?.body);
      return already.success ? [already.data.keyId] : [];
    }),
  );
  const removed = new Set(
    wishes.flatMap(({ ask, keyId }) => (ask === "remove-secret" && keyId ? [keyId] : [])),
  );
  const live = new Set(registered.flatMap((app) => app.passwordCredentials.map((p) => p.keyId)));
  const deleted = new Set(
    wishes.flatMap(({ ask, clientId }) => (ask === "delete" && clientId ? [clientId] : [])),
  );
  const clientOf = new Map(
    wishes.flatMap(({ answer, clientId }) => {
      const added = Added.safeParse(answer?.body);
      return added.success && clientId ? [[added.data.keyId, clientId] as const] : [];
    }),
  );

  const names = new Map(registered.map(({ id, displayName }) => [id, displayName]));
  return {
    ...auditActivity(clientRows, wishes, { names, secrets: live }),
    orphans: [...registeredIds].filter((id) => !recordedIds.has(id)),
    lost: [...recordedIds].filter((id) => !registeredIds.has(id)),
    duplicates: [...Map.groupBy(registered, ({ displayName }) => displayName)]
      .filter(([, apps]) => apps.length > 1)
      .map(([name]) => name),
    alertsLost: [...recordedIds].filter((id) => !idsOfAlerts.has(id)),
    alertsTwice: [...idsOfAlerts]
      .filter(([, alerts]) => new Set(alerts.map(({ id }) => id)).size > 1)
      .map(([id]) => id),
    secretsLeft: [...live].filter((keyId) => !given.has(keyId) && !told.has(keyId)),
    secretsLost: [...given].filter(
      (keyId) => !live.has(keyId) && !removed.has(keyId) && !deleted.has(clientOf.get(keyId) ?? ""),
    ),
    underWay: under("busy:").length,
    parkedUnseen: symmetricDifference(
      under("parked:").map((row) => String(row["operationId"])),
      inPartition("parked").map((row) => String(row["operationId"])),
    ),
    journalRows: inPartition("untold").length + inPartition("adrift").length,
    notAdmitted: wishes
      .filter(({ answer, ask, clientId }) => {
        const refused = answer !== undefined && NOT_ADMITTED.has(answer.status);
        return refused && ask === "delete" && !registeredIds.has(clientId ?? "");
      })
      .map(({ name }) => name),
    updatesLost: lostUpdates(wishes, registered),
    miscounted: Number(account?.["clients"] ?? 0) - recorded.length - parkedCreates,
  };
}

/** Conflict, precondition, limit: answers after which nothing may happen. */
const NOT_ADMITTED = new Set([409, 412, 422, 429]);

function symmetricDifference(one: readonly string[], other: readonly string[]): number {
  return [
    ...one.filter((text) => !other.includes(text)),
    ...other.filter((text) => !one.includes(text)),
  ].length;
}

/** Of each client's renames that were answered, the last one is its name in the directory. */
function lostUpdates(
  wishes: readonly Wish[],
  registered: readonly z.infer<typeof Application>[],
): string[] {
  const names = new Map(registered.map(({ id, displayName }) => [id, displayName]));
  const last = new Map<string, string>();
  for (const { ask, answer, clientId, name } of wishes)
    if (ask === "rename" && answer?.status === 204 && clientId) last.set(clientId, name);
  return [...last]
    .filter(([id, name]) => names.has(id) && names.get(id) !== name)
    .map(([id]) => id);
}

export const noDamage: Damage = {
  ...noActivityDamage,
  orphans: [],
  lost: [],
  duplicates: [],
  alertsLost: [],
  alertsTwice: [],
  secretsLeft: [],
  secretsLost: [],
  underWay: 0,
  parkedUnseen: 0,
  journalRows: 0,
  notAdmitted: [],
  updatesLost: [],
  miscounted: 0,
};
