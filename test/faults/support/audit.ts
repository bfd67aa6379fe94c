import { TableClient } from "@azure/data-tables";
import * as z from "zod";
import type { Cloud } from "../../../infra/local/cloud.ts";
import { Added, AlreadyReturned, type Wish } from "./customer.ts";

/** Everything that must be 0 after any number of deaths, once the reconciler has run twice. */
export interface Damage {
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
  readonly journalRows: number;
  /** Places still held by creates that have ended. */
  readonly reservations: number;
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

export async function rows(cloud: Cloud, table: string): Promise<Record<string, unknown>[]> {
  const client = TableClient.fromConnectionString(cloud.addresses.tables, table, {
    allowInsecureConnection: true,
  });
  const found: Record<string, unknown>[] = [];
  for await (const row of client.listEntities()) found.push(row);
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

  return {
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
    journalRows: journal.length,
    reservations: clientRows.filter((row) => String(row["rowKey"]).startsWith("reserved:")).length,
    miscounted: Number(account?.["clients"] ?? 0) - recorded.length,
  };
}

export const noDamage: Damage = {
  orphans: [],
  lost: [],
  duplicates: [],
  alertsLost: [],
  alertsTwice: [],
  secretsLeft: [],
  secretsLost: [],
  journalRows: 0,
  reservations: 0,
  miscounted: 0,
};
