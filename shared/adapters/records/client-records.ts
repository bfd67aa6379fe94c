import { RemoteUnavailable } from "../../base/unavailable.ts";
import type { ClientRecords } from "../../clients/ports.ts";
import { countDeleted } from "../../operations/admission/account.ts";
import { keySafe } from "../key-safe.ts";
import { leave } from "./activity-rows.ts";
import {
  AFTER_CLIENTS,
  accountKey,
  accountRow,
  CLIENT,
  clientKey,
  clientRow,
  DELETED,
  deletedKey,
  deletedRow,
  glanceAt,
  readAccount,
  readClient,
  readDeleted,
} from "./client-rows.ts";
import { legible, legiblePage } from "./legible.ts";
import { afterPrefix, busyKey, madeKey, readMade } from "./operation-rows.ts";
import type { StoredRow, Table } from "./table.ts";

const CLIENTS = "client";
/** Attempts at a row that others are changing too: each fails only because another one succeeded. */
const ATTEMPTS = 24;

/**
 * The `ClientRecords` port on the table `clients`.
 *
 * @param newId marks each write of the account, so that a write whose answer was lost is known again
 * @param pause waits between two attempts at a row that others are changing too
 */
export function clientRecords(
  table: Table,
  newId: () => string,
  pause: (milliseconds: number) => Promise<void>,
): ClientRecords {
  const client: ClientRecords["client"] = async (subscription, clientId) => {
    const { partitionKey, rowKey } = clientKey(subscription, clientId);
    const stored = await table.get(partitionKey, rowKey);
    return stored && { record: readClient(stored.row), version: stored.etag };
  };
  const isUnderWay = async (subscription: string, holder: string): Promise<boolean> => {
    const { partitionKey, rowKey } = busyKey(subscription, holder);
    return (await table.get(partitionKey, rowKey)) !== undefined;
  };
  const made = async (subscription: string, operationId: string) => {
    const { partitionKey, rowKey } = madeKey(subscription, operationId);
    const stored = await table.get(partitionKey, rowKey);
    return stored && { state: "recorded" as const, ...readMade(stored.row) };
  };

  return {
    client,
    at: async ({ clientId, subscriptionKey }) => {
      const stored = await table.get(subscriptionKey, `${CLIENT}${clientId}`);
      return stored && readClient(stored.row);
    },
    deleted: async (subscription, clientId) => {
      const { partitionKey, rowKey } = deletedKey(subscription, clientId);
      const stored = await table.get(partitionKey, rowKey);
      return stored && readDeleted(stored);
    },
    deletedAt: async ({ clientId, subscriptionKey }) => {
      const stored = await table.get(subscriptionKey, `${DELETED}${clientId}`);
      return stored && readDeleted(stored);
    },
    listDeleted: async (subscription, limit, after, unread) => {
      const start = after === undefined ? { from: DELETED } : { after: `${DELETED}${after}` };
      const range = { partition: keySafe(subscription), ...start, before: afterPrefix(DELETED) };
      const { items, more } = await legiblePage(table, range, limit, CLIENTS, readDeleted, unread);
      return { clients: items, more };
    },
    requested: async (subscription, operationId) => {
      const recorded = await made(subscription, operationId);
      if (recorded) return recorded;
      if (await isUnderWay(subscription, operationId)) return { state: "under-way" };
      // It may have ended between the two reads.
      return (await made(subscription, operationId)) ?? { state: "nothing" };
    },
    underWay: isUnderWay,
    list: async (subscription, limit, after, unread) => {
      const start = after === undefined ? { from: CLIENT } : { after: `${CLIENT}${after}` };
      const range = { partition: keySafe(subscription), ...start, before: AFTER_CLIENTS };
      const read = ({ row }: StoredRow) => readClient(row);
      const { items, ...page } = await legiblePage(table, range, limit, CLIENTS, read, unread);
      return { records: items, ...page };
    },
    owned: async (subscription, most) => {
      const range = { from: CLIENT, before: AFTER_CLIENTS };
      const page = await table.page({ partition: keySafe(subscription), ...range }, most);
      return {
        clients: page.rows.flatMap((stored) => legible(CLIENTS, () => glanceAt(stored))),
        more: page.next !== undefined,
      };
    },
    save: async (record, version, activity) => {
      const row = clientRow(record);
      if (!activity) return (await table.replace(row, version)) !== undefined;
      return (await table.transact([{ do: "replace", row, etag: version }, leave(activity)])).done;
    },
    remove: async ({ subscription, id }, at, activity) => {
      for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
        const account = accountKey(subscription);
        const [found, stored] = await Promise.all([
          client(subscription, id),
          table.get(account.partitionKey, account.rowKey),
        ]);
        if (!found) return;
        const { account: owner, version } = readAccount(subscription, stored);
        const row = accountRow(countDeleted(owner, at), newId());
        const answer = await table.transact([
          version ? { do: "replace", row, etag: version } : { do: "insert", row },
          { do: "delete", ...clientKey(subscription, id), etag: found.version },
          { do: "replace", row: deletedRow(found.record, at) },
          ...(activity ? [leave(activity)] : []),
        ]);
        if (answer.done) return;
        await pause(Math.min(5 * 2 ** attempt, 200));
      }
      throw new RemoteUnavailable("records", { executed: "unknown", retryAfterSeconds: 1 });
    },
  };
}
