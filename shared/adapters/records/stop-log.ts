import * as z from "zod";
import type { HeldStop, StopLog, VersionedStop } from "../../consent/alerts/stop-log.ts";
import { StopNotice } from "../../events/stop-notice.ts";
import { keySafe } from "../key-safe.ts";
import type { Row, StoredRow, Table } from "./table.ts";

/**
 * Table `alerts`: a row for each stop that some channel has not been told of, by its id. It lies in the partition that the sweep reads
 * anyway, before the messages there, however many those are.
 */
export const STOP = "stop:";

const StopRow = z.object({
  notice: z.string().transform((text) => StopNotice.parse(JSON.parse(text))),
  owner: z.string().optional(),
  claimedAt: z.iso
    .datetime()
    .transform((value) => new Date(value))
    .optional(),
});

/** Named when there was nothing else in it. */
export const POISON = "poison";
const rowKeyOf = (id: string): string => `${STOP}${keySafe(id)}`;

const stopRow = ({ notice, claim }: HeldStop): Row => ({
  partitionKey: POISON,
  rowKey: rowKeyOf(notice.id),
  notice: JSON.stringify(notice),
  owner: claim?.owner,
  claimedAt: claim?.claimedAt.toISOString(),
});

export function readStop({ row, etag }: StoredRow): VersionedStop {
  const { notice, owner, claimedAt } = StopRow.parse(row);
  const claim = owner !== undefined && claimedAt && { claim: { owner, claimedAt } };
  return { held: { notice, ...claim }, version: etag };
}

/** The `StopLog` port. */
export const stopLog = (table: Table): StopLog => ({
  keep: async (notice) => {
    await table.insert(stopRow({ notice }));
  },
  get: async (id) => {
    const stored = await table.get(POISON, rowKeyOf(id));
    return stored && readStop(stored);
  },
  save: async (held, version) => {
    const saved = await table.replace(stopRow(held), version);
    return saved && { held, version: saved.etag };
  },
  forget: async (id, version) => {
    await table.delete(POISON, rowKeyOf(id), version);
  },
});
