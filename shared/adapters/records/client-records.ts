import type { ClientRecords, VersionedAccount } from "../../clients/ports.ts";
import type { Account } from "../../operations/account.ts";
import { keySafe } from "../key-safe.ts";
import {
  AFTER_CLIENTS,
  accountKey,
  accountRow,
  CLIENT,
  clientKey,
  clientRow,
  DELETED,
  deletedKey,
  readAccount,
  readClient,
  reservedKey,
} from "./client-rows.ts";
import { eachRow, type Row, type RowAction, type Table } from "./table.ts";

type RowKey = Pick<Row, "partitionKey" | "rowKey">;

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
  const account = async (subscription: string) => {
    const { partitionKey, rowKey } = accountKey(subscription);
    return readAccount(subscription, await table.get(partitionKey, rowKey));
  };

  const client = async (subscription: string, clientId: string) => {
    const { partitionKey, rowKey } = clientKey(subscription, clientId);
    const stored = await table.get(partitionKey, rowKey);
    return stored && { record: readClient(stored.row), version: stored.etag };
  };

  const saveAccount = (next: Account, version: string | undefined, writeId: string): RowAction => {
    const row = accountRow(next, writeId);
    return version ? { do: "replace", row, etag: version } : { do: "insert", row };
  };

  /**
   * One client fewer, together with other changes of the partition, whatever else happens to the account meanwhile.
   *
   * @param others what changes besides, given the row that holds the place; nothing is done once that is gone
   * @param known what the first attempt starts from, instead of reading it
   */
  const givePlaceBack = async (
    subscription: string,
    place: RowKey,
    others: (holder: Row) => readonly RowAction[],
    known?: { readonly holder: Row; readonly account: VersionedAccount },
  ): Promise<void> => {
    const read = async () => {
      const [stored, owner] = await Promise.all([
        table.get(place.partitionKey, place.rowKey),
        account(subscription),
      ]);
      return stored && { holder: stored.row, account: owner };
    };
    for (let attempt = 0; ; attempt += 1) {
      const current = attempt === 0 && known ? known : await read();
      if (!current) return;
      const { account: owner, version } = current.account;
      const next = { ...owner, clients: Math.max(0, owner.clients - 1) };
      const saving = saveAccount(next, version, newId());
      if (await table.transact([saving, ...others(current.holder)])) return;
      await pause(Math.min(5 * 2 ** attempt, 500));
    }
  };

  return {
    account,
    reserve: async (next, version, operationId) => {
      const place = { ...reservedKey(next.subscription, operationId), operationId };
      const saved = await table.transact([
        saveAccount(next, version, operationId),
        { do: "insert", row: place },
      ]);
      // A lost answer, and an account that others have changed since: the place itself tells that it was taken.
      return (saved ?? (await table.get(place.partitionKey, place.rowKey))) !== undefined;
    },
    charge: async (next, version, writeId) => {
      const row = accountRow(next, writeId);
      const saved = version ? await table.replace(row, version) : await table.insert(row);
      return saved !== undefined;
    },
    commit: async (record) => {
      const committed = await table.transact([
        { do: "delete", ...reservedKey(record.subscription, record.operationId) },
        { do: "insert", row: clientRow(record) },
      ]);
      return committed !== undefined;
    },
    release: (subscription, operationId) => {
      const place = reservedKey(subscription, operationId);
      return givePlaceBack(subscription, place, () => [{ do: "delete", ...place }]);
    },
    client,
    find: async (subscription, clientId) => {
      const [found, owner] = await Promise.all([
        client(subscription, clientId),
        account(subscription),
      ]);
      return found && { client: found, account: owner };
    },
    findByOperation: async (subscription, operationId) => {
      const query = { partition: keySafe(subscription), equal: { operationId } };
      for await (const { row } of eachRow(table, query)) {
        const deleted = row.rowKey.startsWith(DELETED);
        if (deleted || row.rowKey.startsWith(CLIENT)) return { record: readClient(row), deleted };
      }
      return undefined;
    },
    list: async (subscription, limit, after) => {
      const page = await table.page(
        {
          partition: keySafe(subscription),
          from: after ? `${CLIENT}${after}\u0001` : CLIENT,
          before: AFTER_CLIENTS,
        },
        limit,
      );
      return {
        records: page.rows.map(({ row }) => readClient(row)),
        more: page.next !== undefined,
      };
    },
    save: async (record, version) =>
      (await table.replace(clientRow(record), version)) !== undefined,
    remove: (record, owner) => {
      const { subscription, id } = record;
      const place = clientKey(subscription, id);
      return givePlaceBack(
        subscription,
        place,
        (client) => [
          { do: "delete", ...place },
          { do: "replace", row: { ...client, ...deletedKey(subscription, id) } },
        ],
        owner && { holder: clientRow(record), account: owner },
      );
    },
  };
}
