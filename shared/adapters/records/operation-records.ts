import { invertedTime } from "../../clients/activity.ts";
import { type Held, holderOf } from "../../operations/admission/operation.ts";
import type {
  Admission,
  Changed,
  Ending,
  OperationRecords,
} from "../../operations/admission/ports.ts";
import { keySafe } from "../key-safe.ts";
import { ACTIVITY, leave } from "./activity-rows.ts";
import {
  accountKey,
  accountRow,
  clientKey,
  clientRow,
  deletedKey,
  deletedRow,
  purgedRow,
  readAccount,
} from "./client-rows.ts";
import { legible, legibleOne } from "./legible.ts";
import {
  afterPrefix,
  BUSY,
  busyKey,
  busyRow,
  KEY,
  keyKey,
  keyRow,
  madeKey,
  madeRow,
  parkedKey,
  parkedRow,
  readHeld,
  readKey,
  readMade,
} from "./operation-rows.ts";
import { purgeDeleted } from "./purge-deleted.ts";
import { purgeRows } from "./purge-rows.ts";
import { secretActions } from "./secret-rows.ts";
import { eachRow, type RowAction, type Table } from "./table.ts";
import { watchRow } from "./watch-rows.ts";

const OPERATION = "operation";

/**
 * The `OperationRecords` port on the table `clients`: a subscription's partition, in which an operation is admitted by one
 * transaction and ended by one.
 *
 * @param newId marks each write whose content does not tell whose it was, so that one whose answer was lost is known again
 */
export function operationRecords(table: Table, newId: () => string): OperationRecords {
  const held = async (key: { partitionKey: string; rowKey: string }): Promise<Held | undefined> => {
    const found = await table.get(key.partitionKey, key.rowKey);
    return found && legibleOne(OPERATION, () => readHeld(found));
  };
  const underWay: OperationRecords["underWay"] = (subscription, holder) =>
    held(busyKey(subscription, holder));

  return {
    underWay,
    account: async (subscription) => {
      const { partitionKey, rowKey } = accountKey(subscription);
      return readAccount(subscription, await table.get(partitionKey, rowKey));
    },
    admit: async (admissions) => {
      const named = admissionActions(admissions);
      const answer = await table.transact(named.map(({ action }) => action));
      if (!answer.done) {
        const refused = answer.at === undefined ? undefined : named[answer.at];
        return {
          admitted: false,
          ...(refused && { refused: { index: refused.index, changed: refused.what } }),
        };
      }
      const etagOf = (index: number, what: Changed) =>
        answer.etags[named.findIndex((one) => one.index === index && one.what === what)];
      return {
        admitted: true,
        accountVersion: answer.etags[0] ?? "*",
        each: admissions.map((_, index) => {
          const clientVersion = etagOf(index, "client");
          return {
            version: etagOf(index, "busy") ?? "*",
            ...(clientVersion !== undefined && { clientVersion }),
          };
        }),
      };
    },
    allUnderWay: async (subscription, unread) => {
      const found: Held[] = [];
      const query = {
        partition: keySafe(subscription),
        from: BUSY,
        before: afterPrefix(BUSY),
      };
      for await (const stored of eachRow(table, query)) {
        const known = legible(OPERATION, () => readHeld(stored));
        found.push(...known);
        const { operationId, startedAt } = stored.row;
        if (known.length === 0)
          unread?.({ operationId: String(operationId), startedAt: new Date(String(startedAt)) });
      }
      return found;
    },
    key: async (subscription, keyHash) => {
      const { partitionKey, rowKey } = keyKey(subscription, keyHash);
      const found = await table.get(partitionKey, rowKey);
      return found && { key: readKey(found.row), version: found.etag };
    },
    made: async (subscription, operationId) => {
      const { partitionKey, rowKey } = madeKey(subscription, operationId);
      const found = await table.get(partitionKey, rowKey);
      return found && readMade(found.row);
    },
    take: async ({ entry, version }, now) => {
      const next = { ...entry, touchedAt: now, turn: entry.turn + 1 };
      const replaced = await table.replace(busyRow(next, newId()), version);
      return replaced && { entry: next, version: replaced.etag };
    },
    end: async (ours, ending) => {
      const answer = await table.transact(endingActions(ours, ending, newId));
      if (answer.done) return "ended";
      if (answer.at === 0) return "lost";
      if (answer.at !== undefined) return "changed";
      const { subscription } = ours.entry;
      const current = await underWay(subscription, holderOf(ours.entry));
      return current?.version === ours.version ? "changed" : "lost";
    },
    endAll: async ({ account, version: etag }, endings) => {
      const row = accountRow(account, newId());
      const answer = await table.transact([
        etag ? { do: "replace", row, etag } : { do: "insert", row },
        ...endings.flatMap(({ held, ending }) => endingActions(held, ending, newId)),
      ]);
      return answer.done ? (answer.etags[0] ?? "*") : undefined;
    },
    stop: async ({ account, version }, operationId, activity) => {
      const row = accountRow(account, operationId);
      const answer = await table.transact([
        version ? { do: "replace", row, etag: version } : { do: "insert", row },
        leave(activity),
      ]);
      return answer.done;
    },
    park: async ({ entry, version }, activity) => {
      const busy = busyKey(entry.subscription, holderOf(entry));
      const { parkedAt = activity.at } = entry;
      const answer = await table.transact([
        { do: "delete", ...busy, etag: version },
        { do: "insert", row: parkedRow({ ...entry, parkedAt }) },
        leave(activity),
      ]);
      return answer.done;
    },
    parked: (subscription, operationId) => held(parkedKey(subscription, operationId)),
    unpark: async ({ entry, version }, now, activity) => {
      const next = { ...entry, touchedAt: now, turn: entry.turn + 1 };
      const parked = parkedKey(entry.subscription, entry.operationId);
      const answer = await table.transact([
        { do: "insert", row: busyRow(next, newId()) },
        { do: "delete", ...parked, etag: version },
        ...(activity ? [leave(activity)] : []),
      ]);
      return answer.done ? { entry: next, version: answer.etags[0] ?? "*" } : undefined;
    },
    purge: async (subscription, kept, before) => {
      const partition = keySafe(subscription);
      if (kept === "activity") {
        const from = `${ACTIVITY}${invertedTime(before)}`;
        return purgeRows(table, partition, { prefix: ACTIVITY, from }, "at", before);
      }
      if (kept === "deleted") {
        return purgeDeleted(table, partition, before);
      }
      return purgeRows(table, partition, { prefix: KEY }, "expiresAt", before);
    },
  };
}

interface Named {
  /** Of the admission that it belongs to; the account is the first one's. */
  readonly index: number;
  readonly what: Changed;
  readonly action: RowAction;
}

/** The account as the last of them leaves it, then what each has besides. */
function admissionActions(admissions: readonly Admission[]): Named[] {
  const last = admissions.at(-1);
  if (!last) throw new Error("Nobody is to be admitted");
  const { account, version } = last.account;
  const row = accountRow(account, last.entry.operationId);
  const action: RowAction = version ? { do: "replace", row, etag: version } : { do: "insert", row };
  return [{ index: 0, what: "account", action }, ...admissions.flatMap(ownActions)];
}

/**
 * The service names the first that is not as expected: a key before what it may be busy with, so that who asks again is told of
 * their own request.
 */
function ownActions({ entry, client, key }: Admission, index: number): Named[] {
  const { subscription } = entry;
  const actions: Named[] = [];
  if (key) {
    const row = keyRow(subscription, key.key);
    actions.push({
      index,
      what: "key",
      action: key.replaces ? { do: "replace", row, etag: key.replaces } : { do: "insert", row },
    });
  }
  if (client) {
    const keyOf = "deletedAt" in client ? deletedKey : clientKey;
    const at = keyOf(subscription, client.record.id);
    actions.push({ index, what: "client", action: { do: "check", ...at, etag: client.version } });
  }
  actions.push({ index, what: "busy", action: { do: "insert", row: busyRow(entry) } });
  return actions;
}

/** First of all the operation has to be ours still. */
function endingActions(
  { entry, version }: Held,
  { activity, client, secrets = [], account, key }: Ending,
  newId: () => string,
): RowAction[] {
  const { subscription } = entry;
  const actions: RowAction[] = [
    { do: "delete", ...busyKey(subscription, holderOf(entry)), etag: version },
    ...activity.map(leave),
  ];
  if (client?.now === "made") {
    actions.push(
      { do: "insert", row: clientRow(client.record) },
      { do: "insert", row: madeRow(client, entry.startedAt) },
    );
    if (client.watch) actions.push({ do: "insert", row: watchRow(client.watch) });
  } else if (client?.now === "changed") {
    actions.push({ do: "replace", row: clientRow(client.record), etag: client.version });
  } else if (client?.now === "deleted") {
    actions.push(
      {
        ...{ do: "delete", ...clientKey(subscription, client.record.id) },
        ...(client.version !== undefined && { etag: client.version }),
      },
      { do: "replace", row: deletedRow(client.record, client.at) },
    );
  }
  if (client?.now === "restored") actions.push({ do: "insert", row: clientRow(client.record) });
  if (client?.now === "restored" || client?.now === "purged") {
    const { id } = client.record;
    actions.push({ do: "delete", ...deletedKey(subscription, id), etag: client.version });
    if (client.now === "purged")
      actions.push({ do: "replace", row: purgedRow(subscription, id, entry.startedAt) });
  }
  actions.push(...secrets.flatMap((change) => secretActions(subscription, change)));
  if (account) {
    const row = accountRow(account.account, newId());
    actions.push(
      account.version ? { do: "replace", row, etag: account.version } : { do: "insert", row },
    );
  }
  if (key?.result)
    actions.push({ do: "replace", row: keyRow(subscription, { ...key.key, result: key.result }) });
  else if (key) actions.push({ do: "delete", ...keyKey(subscription, key.key.keyHash) });
  return actions;
}
