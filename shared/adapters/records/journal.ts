import * as z from "zod";
import { Role } from "../../clients/client.ts";
import { ClientEvent } from "../../events/client-event.ts";
import {
  type Entry,
  entryKey,
  type HeldEntry,
  type Journal,
  type Operation,
} from "../../operations/journal.ts";
import { eachRow, type Row, type StoredRow, type Table } from "./table.ts";

/** Table `journal`: a few partitions only, so that reading all of it costs what is under way and no more. */
const PARTITIONS = 8;

const clientId = z.guid();
const OperationColumn = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("create"),
    displayName: z.string(),
    roles: z.array(Role),
    requestedBy: z.string(),
    keyHash: z.string().optional(),
  }),
  z.object({
    kind: z.literal("add-secret"),
    clientId,
    displayName: z.string(),
    createdAt: z.iso.datetime(),
    expiresAt: z.iso.datetime(),
    keyHash: z.string().optional(),
  }),
  z.object({ kind: z.literal("remove-secret"), clientId, keyId: z.guid() }),
  z.object({ kind: z.literal("rename"), clientId, displayName: z.string() }),
  z.object({ kind: z.literal("delete"), clientId }),
  z.object({ kind: z.literal("announce"), event: ClientEvent }),
]);

const instant = z.iso.datetime().transform((value) => new Date(value));
const JournalRow = z.object({
  operationId: z.string(),
  subscription: z.string(),
  operation: z.string().transform((value) => OperationColumn.parse(JSON.parse(value))),
  startedAt: instant,
  touchedAt: instant,
  looks: z.number(),
});

const keyOf = (key: string) => {
  let sum = 0;
  for (const character of key) sum += character.charCodeAt(0);
  return { partitionKey: String(sum % PARTITIONS), rowKey: key };
};

const toRow = (entry: Entry): Row => ({
  ...keyOf(entryKey(entry)),
  operationId: entry.operationId,
  subscription: entry.subscription,
  operation: JSON.stringify(entry.operation),
  startedAt: entry.startedAt.toISOString(),
  touchedAt: entry.touchedAt.toISOString(),
  looks: entry.looks,
});

const held = ({ row, etag }: StoredRow): HeldEntry => ({
  entry: JournalRow.parse(row),
  version: etag,
});

/** The `Journal` port on the table `journal`. */
export function tableJournal(table: Table): Journal {
  return {
    open: async <Kind extends Operation>(entry: Entry<Kind>) => {
      const inserted = await table.insert(toRow(entry));
      return inserted && { entry, version: inserted.etag };
    },
    close: async ({ entry, version }) => {
      const { partitionKey, rowKey } = keyOf(entryKey(entry));
      // `missing` is our own delete whose answer was lost: an entry is taken over only long after its operation gave up.
      return (await table.delete(partitionKey, rowKey, version)) !== "changed";
    },
    settle: async (operationId) => {
      const { partitionKey, rowKey } = keyOf(operationId);
      await table.delete(partitionKey, rowKey);
    },
    find: async (key) => {
      const { partitionKey, rowKey } = keyOf(key);
      const found = await table.get(partitionKey, rowKey);
      return found && held(found);
    },
    abandoned: async function* (before) {
      for await (const found of eachRow(table, { below: { touchedAt: before.toISOString() } })) {
        yield held(found);
      }
    },
    take: async ({ entry, version }, now, looks) => {
      const next = { ...entry, touchedAt: now, looks };
      // Two who take it in the same millisecond would write the same row, and each would find its own.
      const row = { ...toRow(next), taker: crypto.randomUUID() };
      const replaced = await table.replace(row, version);
      return replaced && { entry: next, version: replaced.etag };
    },
  };
}
