import * as z from "zod";
import type { Slots } from "../../base/slots.ts";
import type { HostUsage, UsageBoard, UsageSnapshot } from "../../base/usage.ts";
import { legible } from "./legible.ts";
import { eachRow, type Row, type Table } from "./table.ts";

/**
 * The `UsageBoard` port on the table `journal`: partition `usage`, one row a host, whose counts stand in columns of JSON.
 *
 * One column holds 64 KiB: what is more goes into the next, and beyond eight the keys that used least are left out, which
 * costs them nothing.
 */

const PARTITION = "usage";
const COLUMN = 30_000;
const MOST_COLUMNS = 8;

const Counts = z.record(z.string(), z.record(z.string(), z.number()));
const Snapshot = z.object({ minute: Counts, tenMinutes: Counts, hour: Counts });
const UsageRow = z.object({
  rowKey: z.string(),
  saidAt: z.iso.datetime().transform((value) => new Date(value)),
  columns: z.number(),
});

const plain = (slots: Slots, atLeast: number) =>
  Object.fromEntries(
    [...slots].map(([slot, amounts]) => [
      slot,
      Object.fromEntries([...amounts].filter(([, amount]) => amount >= atLeast)),
    ]),
  );

/** As much as fits. */
function written({ minute, tenMinutes, hour }: UsageSnapshot): string {
  for (let atLeast = 1; ; atLeast *= 2) {
    const text = JSON.stringify({
      minute: plain(minute, atLeast),
      tenMinutes: plain(tenMinutes, atLeast),
      hour: plain(hour, atLeast),
    });
    if (text.length <= COLUMN * MOST_COLUMNS) return text;
  }
}

const slotsOf = (counts: z.infer<typeof Counts>): Slots =>
  new Map(
    Object.entries(counts).map(([slot, amounts]) => [
      Number(slot),
      new Map(Object.entries(amounts)),
    ]),
  );

function usageRow({ host, saidAt, usage }: HostUsage): Row {
  const text = written(usage);
  const columns = Math.ceil(text.length / COLUMN);
  return {
    partitionKey: PARTITION,
    rowKey: host,
    saidAt: saidAt.toISOString(),
    columns,
    ...Object.fromEntries(
      Array.from({ length: columns }, (_, at) => [
        `usage${at}`,
        text.slice(at * COLUMN, (at + 1) * COLUMN),
      ]),
    ),
  };
}

function readUsage(row: Row): HostUsage {
  const { rowKey, saidAt, columns } = UsageRow.parse(row);
  const text = Array.from({ length: columns }, (_, at) => String(row[`usage${at}`] ?? "")).join("");
  const { minute, tenMinutes, hour } = Snapshot.parse(JSON.parse(text));
  const usage = {
    minute: slotsOf(minute),
    tenMinutes: slotsOf(tenMinutes),
    hour: slotsOf(hour),
  };
  return { host: rowKey, saidAt, usage };
}

export const usageBoard = (table: Table): UsageBoard => ({
  say: async (own) => {
    await table.replace(usageRow(own));
  },
  all: async () => {
    const found: HostUsage[] = [];
    // The host of one that cannot be read counts alone.
    for await (const { row } of eachRow(table, { partition: PARTITION }))
      found.push(...legible(PARTITION, () => readUsage(row)));
    return found;
  },
  forget: async (host) => {
    await table.delete(PARTITION, host);
  },
});
