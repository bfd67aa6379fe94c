import type { Runtime } from "../../base/runtime.ts";
import type { Unread } from "../../base/unavailable.ts";
import type { ActivityRecords } from "../../clients/activity-records.ts";
import type { ClientRecord } from "../../clients/client.ts";
import type { ClientRecords } from "../../clients/ports.ts";
import type { SecretRecord, SecretRecords } from "../../clients/secret-record.ts";
import { type ActivityPage, subscriptionActivity } from "../activity/list-activity.ts";
import type { Account } from "../admission/account.ts";
import type { OperationRecords } from "../admission/ports.ts";

export interface ReportDeps {
  readonly records: Pick<ClientRecords, "list" | "listDeleted">;
  readonly secrets: Pick<SecretRecords, "secretsOf">;
  readonly operations: Pick<OperationRecords, "account">;
  readonly activity: ActivityRecords;
  readonly runtime: Runtime;
}

/** What was there of one client, as the records have it. */
export interface ReportedClient {
  readonly record: ClientRecord;
  readonly deletedAt?: Date;
  readonly secrets: readonly SecretRecord[];
}

export interface CustomerReport {
  readonly at: Date;
  readonly account: Account;
  /** On the first page: all of them, deleted ones included for as long as they are kept. */
  readonly clients: readonly ReportedClient[];
  readonly activity: ActivityPage;
  /** Rows of what nobody can read and is left out; those of activity that are at the end of a page may be of the next one, too. */
  readonly unread: readonly string[];
}

const LIST = 1_000;

/**
 * What a customer has and had: from the records alone, so that it costs the directory nothing and says the same while clients
 * are stopped, deleted one by one, and for 30 days after. One request for each thousand clients, deleted clients and secrets,
 * and one for the entries of activity, which fill the pages that follow.
 */
export async function reportCustomer(
  deps: ReportDeps,
  request: {
    readonly subscription: string;
    readonly limit: number;
    readonly after?: string | undefined;
  },
): Promise<CustomerReport> {
  const { subscription, limit, after } = request;
  const found = new Set<string>();
  const unread: Unread = (row) => void found.add(row);
  const isFirst = after === undefined;
  const [{ account }, clients, activity] = await Promise.all([
    deps.operations.account(subscription),
    isFirst ? clientsOf(deps, subscription, unread) : [],
    subscriptionActivity(deps, subscription, { after }, limit, undefined, unread),
  ]);
  return { at: deps.runtime.now(), account, clients, activity, unread: [...found] };
}

async function clientsOf(
  deps: ReportDeps,
  subscription: string,
  unread: Unread,
): Promise<ReportedClient[]> {
  const secrets = Map.groupBy(
    (await deps.secrets.secretsOf(subscription, undefined, unread)).map(({ record }) => record),
    ({ clientId }) => clientId,
  );
  // By id: whoever is deleted between two requests is in both lists.
  const found = new Map<string, Omit<ReportedClient, "secrets">>();
  for (let after: string | undefined, more = true; more; ) {
    const page = await deps.records.list(subscription, LIST, after, unread);
    for (const record of page.records) found.set(record.id, { record });
    after = page.records.at(-1)?.id;
    more = page.more;
  }
  for (let after: string | undefined, more = true; more; ) {
    const page = await deps.records.listDeleted(subscription, LIST, after, unread);
    for (const { record, deletedAt } of page.clients) found.set(record.id, { record, deletedAt });
    after = page.clients.at(-1)?.record.id;
    more = page.more;
  }
  return [...found.values()].map((client) => ({
    ...client,
    secrets: secrets.get(client.record.id) ?? [],
  }));
}
