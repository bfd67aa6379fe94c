import * as z from "zod";
import { type DueEntry, type DueIndex, dayToLook } from "../../care/due-index.ts";
import { keySafe } from "../key-safe.ts";
import { legible } from "./legible.ts";
import { eachPage, type Row, type Table } from "./table.ts";

/**
 * In the table `journal`:
 *
 *     due-<date>, <subscription>|<client id>|<key id>     a secret of which something is due on that day
 *     due, worked | indexed                               the last day of which nothing is left
 */

const MARKS = "due";
const partitionOf = (day: string): string => `due-${day}`;
/** Most actions of one transaction. */
const TRANSACTION = 100;

const EntryRow = z.object({
  subscription: z.string(),
  clientId: z.guid(),
  keyId: z.guid(),
  at: z.iso.datetime().transform((value) => new Date(value)),
});
const MarkRow = z.object({ day: z.iso.date() });

export const dueRowKey = ({ subscription, clientId, keyId }: Omit<DueEntry, "at">): string =>
  `${keySafe(subscription)}|${clientId}|${keyId}`;

export const dueEntryRow = (entry: DueEntry, day: string): Row => ({
  partitionKey: partitionOf(day),
  rowKey: dueRowKey(entry),
  subscription: entry.subscription,
  clientId: entry.clientId,
  keyId: entry.keyId,
  at: entry.at.toISOString(),
});

/** The `DueIndex` port on the table `journal`. */
export const dueIndex = (table: Table): DueIndex => ({
  put: async (entries, now) => {
    const days = new Map<string, Map<string, Row>>();
    for (const entry of entries) {
      const day = dayToLook(entry.at, now);
      const rows = days.get(day) ?? new Map<string, Row>();
      // A transaction takes a row once: the last one stands.
      rows.set(dueRowKey(entry), dueEntryRow(entry, day));
      days.set(day, rows);
    }
    for (const rows of days.values()) {
      const all = [...rows.values()];
      for (let at = 0; at < all.length; at += TRANSACTION) {
        const some = all.slice(at, at + TRANSACTION);
        await table.transact(some.map((row) => ({ do: "replace", row })));
      }
    }
  },
  ripe: async function* (day, now) {
    // What is due in this very millisecond has its time as well.
    const until = new Date(now.getTime() + 1).toISOString();
    const query = { partition: partitionOf(day), below: { at: until } };
    for await (const rows of eachPage(table, query))
      yield rows.flatMap(({ row, etag: version }) =>
        legible("due", () => ({ entry: EntryRow.parse(row), day, version })),
      );
  },
  remove: async ({ entry, day, version }) => {
    await table.delete(partitionOf(day), dueRowKey(entry), version);
  },
  doneTo: async (mark) => {
    const found = await table.get(MARKS, mark);
    // Like none: what was done is looked at again.
    return found && legible("due", () => MarkRow.parse(found.row).day)[0];
  },
  setDoneTo: async (mark, day) => {
    await table.replace({ partitionKey: MARKS, rowKey: mark, day });
  },
});
