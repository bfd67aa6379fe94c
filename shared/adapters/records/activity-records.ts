import { invertedTime } from "../../clients/activity.ts";
import type { ActivityRecords } from "../../clients/activity-records.ts";
import { keySafe } from "../key-safe.ts";
import { ACTIVITY, readActivity } from "./activity-rows.ts";
import { legible } from "./legible.ts";
import { afterPrefix } from "./operation-rows.ts";
import type { Table } from "./table.ts";

/** The `ActivityRecords` port on the table `clients`. */
export const activityRecords = (table: Table): ActivityRecords => ({
  activity: async (subscription, { after, since }, limit, unread) => {
    const query = {
      partition: keySafe(subscription),
      ...(after === undefined ? { from: ACTIVITY } : { after: ACTIVITY + after }),
      // `;` follows `:`: those of the very millisecond belong to it.
      before: since ? `${ACTIVITY}${invertedTime(since)};` : afterPrefix(ACTIVITY),
    };
    const page = await table.page(query, limit);
    return {
      entries: page.rows.flatMap(({ row }) =>
        legible(
          "activity",
          () => readActivity(row),
          () => unread?.(row.rowKey),
        ),
      ),
      last: page.rows.at(-1)?.row.rowKey.slice(ACTIVITY.length),
      more: page.next !== undefined,
    };
  },
});
