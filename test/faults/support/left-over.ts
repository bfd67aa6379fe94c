import type { Row } from "../../../shared/adapters/records/table.ts";

const HOUR_MS = 3_600_000;

/** What a rotation leaves for a day later waits in the journal till then, where the bus was away: its key begins with its time. */
const isSoon = (rowKey: string): boolean => Date.parse(rowKey.slice(0, 24)) < Date.now() + HOUR_MS;

/** Rows of the journal that say what nobody has been told of yet, though its time has come. */
export const leftOver = (journal: readonly Row[]): Row[] =>
  journal.filter(
    ({ partitionKey, rowKey }) =>
      partitionKey === "untold" || (partitionKey === "adrift" && isSoon(rowKey)),
  );
