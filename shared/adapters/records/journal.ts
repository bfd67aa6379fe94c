import * as z from "zod";
import { ClientEvent } from "../../events/client-event.ts";
import { OperationKind } from "../../events/operation-kind.ts";
import { OperationMessage } from "../../events/operation-message.ts";
import type { Journal, LeftEntry, ParkedOperation } from "../../operations/admission/ports.ts";
import { keySafe } from "../key-safe.ts";
import { legible, legibleOne, readRow } from "./legible.ts";
import { eachRow, type Row, type StoredRow, type Table } from "./table.ts";

/**
 * Table `journal`: what outlives the bus.
 *
 *     untold, <event id>                 an event that could not be told
 *     adrift, <time>:<operation id>…     a message of the queue `operations` that could not be sent
 *     parked, <operation id>             what waits for an operator
 *     day-<date>, <subscription>         a subscription that was active on that day
 *     usage, <host>                      what a host has used up of what all share: usage-board.ts
 *     purged, keys | deleted | activity  how far what is kept for a while has been purged
 */

const instant = z.iso.datetime().transform((value) => new Date(value));
const json = <T extends z.ZodType>(schema: T) =>
  z.string().transform((value): z.infer<T> => schema.parse(JSON.parse(value)));
const UntoldRow = z.object({ event: json(ClientEvent) });
const AdriftRow = z.object({ message: json(OperationMessage) });
const ParkedRow = z.object({
  operationId: z.string(),
  subscription: z.string(),
  kind: OperationKind,
  clientId: z.guid().optional(),
  startedAt: instant,
  parkedAt: instant,
  reason: z.string(),
});
const DayRow = z.object({ subscription: z.string() });
const PurgedRow = z.object({ day: z.iso.date() });

const UNTOLD = "untold";
const ADRIFT = "adrift";
const PARKED = "parked";
const PURGED = "purged";
const dayPartition = (day: string): string => `day-${day}`;

const parkedRow = ({ startedAt, parkedAt, ...parked }: ParkedOperation): Row => ({
  partitionKey: PARKED,
  rowKey: parked.operationId,
  ...parked,
  startedAt: startedAt.toISOString(),
  parkedAt: parkedAt.toISOString(),
});

/** Names a row in one text, for `done`. */
const idOf = ({ row }: StoredRow): string => `${row.partitionKey}\n${row.rowKey}`;

/** The `Journal` port on the table `journal`. */
export function tableJournal(table: Table): Journal {
  async function* left<T>(
    query: { partition: string; before?: string },
    read: (row: Row) => T,
  ): AsyncGenerator<LeftEntry<T>> {
    for await (const stored of eachRow(table, query))
      yield* legible(query.partition, () => ({ id: idOf(stored), what: read(stored.row) }));
  }
  const remove = async (partitionKey: string, rowKey: string): Promise<void> => {
    await table.delete(partitionKey, rowKey);
  };

  return {
    untold: async (event, now) => {
      await table.replace({
        partitionKey: UNTOLD,
        rowKey: keySafe(event.id),
        event: JSON.stringify(event),
        since: now.toISOString(),
      });
    },
    untoldEvents: () => left({ partition: UNTOLD }, (row) => UntoldRow.parse(row).event),
    adrift: async (message, at) => {
      await table.replace({
        partitionKey: ADRIFT,
        rowKey: `${at.toISOString()}:${message.operationId}:${message.type}`,
        message: JSON.stringify(message),
      });
    },
    adriftMessages: (now) =>
      left(
        { partition: ADRIFT, before: `${now.toISOString()};` },
        (row) => AdriftRow.parse(row).message,
      ),
    done: async ({ id }) => {
      const [partitionKey = "", rowKey = ""] = id.split("\n");
      await remove(partitionKey, rowKey);
    },
    park: async (parked) => {
      await table.replace(parkedRow(parked));
    },
    parked: async function* () {
      for await (const { row } of eachRow(table, { partition: PARKED }))
        yield* legible(PARKED, () => ParkedRow.parse(row));
    },
    findParked: async (operationId) => {
      const found = await table.get(PARKED, operationId);
      return found && legibleOne(PARKED, () => readRow(ParkedRow, found.row));
    },
    unlistParked: (operationId) => remove(PARKED, operationId),
    active: async (day, subscription) => {
      await table.replace({
        partitionKey: dayPartition(day),
        rowKey: keySafe(subscription),
        subscription,
      });
    },
    activeOn: async function* (day) {
      for await (const { row } of eachRow(table, { partition: dayPartition(day) }))
        yield* legible("day", () => DayRow.parse(row).subscription);
    },
    forgetDay: async (day) => {
      for await (const { row } of eachRow(table, { partition: dayPartition(day) }))
        await remove(row.partitionKey, row.rowKey);
    },
    purgedTo: async (kept) => {
      const found = await table.get(PURGED, kept);
      // Like none: what was done is looked at again.
      return found && legible(PURGED, () => PurgedRow.parse(found.row).day)[0];
    },
    setPurgedTo: async (kept, day) => {
      await table.replace({ partitionKey: PURGED, rowKey: kept, day });
    },
  };
}
