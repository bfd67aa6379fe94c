import { withDeadline } from "../../base/deadline.ts";
import type { Table } from "./table.ts";

const CHECK_MS = 5_000;
/** Keys that come from a customer are made safe, and none of ours begins like this. */
const NOWHERE = "!no such partition";

/**
 * Whether every table is there and may be read: one query each, of a partition that never has a row. Within 5 s.
 *
 * @throws RecordsMissing naming the table that is missing; RemoteUnavailable
 */
export async function checkTables(tables: readonly Table[]): Promise<void> {
  await withDeadline(CHECK_MS, () =>
    Promise.all(tables.map((table) => table.page({ partition: NOWHERE }, 1))),
  );
}
