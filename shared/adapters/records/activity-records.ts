import { note } from "../../base/observation.ts";
import { type Activity, invertedTime } from "../../clients/activity.ts";
import type { ActivityRecords } from "../../clients/activity-records.ts";
import { keySafe } from "../key-safe.ts";
import { ACTIVITY, readActivity } from "./activity-rows.ts";
import { afterPrefix } from "./operation-rows.ts";
import type { Row, Table } from "./table.ts";

/** More of them in a row say that something is wrong. */
const EMPTY_PAGES = 100;

/** The `ActivityRecords` port on the table `clients`. */
export const activityRecords = (table: Table): ActivityRecords => ({
  activity: async (subscription, { after, since }, limit) => {
    const query = {
      partition: keySafe(subscription),
      ...(after === undefined ? { from: ACTIVITY } : { after: ACTIVITY + after }),
      // `;` follows `:`: those of the very millisecond belong to it.
      before: since ? `${ACTIVITY}${invertedTime(since)};` : afterPrefix(ACTIVITY),
    };
    let page = await table.page(query, limit);
    // The service may give a page without rows that is not the last one, when it has looked for long enough.
    for (let empty = 0; page.rows.length === 0 && page.next !== undefined; empty += 1) {
      if (empty === EMPTY_PAGES) throw new Error("The table service gives pages without rows only");
      page = await table.page(query, limit, page.next);
    }
    return {
      entries: page.rows.flatMap(({ row }) => legible(row)),
      last: page.rows.at(-1)?.row.rowKey.slice(ACTIVITY.length),
      more: page.next !== undefined,
    };
  },
});

/** One that another version has written holds up none of the others. */
function legible(row: Row): Activity[] {
  try {
    return [readActivity(row)];
  } catch {
    note("activity-row-illegible");
    return [];
  }
}
