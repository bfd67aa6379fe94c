import * as z from "zod";
import type { CalendarLink, CalendarLinks, VersionedLink } from "../../care/calendar-link.ts";
import { keySafe } from "../key-safe.ts";
import { legible } from "./legible.ts";
import { afterPrefix } from "./operation-rows.ts";
import { eachRow, type Row, type RowAction, type Table } from "./table.ts";

/**
 * In a subscription's partition of the table `clients`:
 *
 *     calendar:<SHA-256 of the address>    a person's address of the subscription's calendar
 */

const CALENDAR = "calendar:";

const LinkRow = z.object({
  subscription: z.string(),
  person: z.string(),
  hash: z.string(),
  salt: z.string(),
  since: z.iso.datetime().transform((value) => new Date(value)),
});

const keyOf = ({ subscription, hash }: Pick<CalendarLink, "subscription" | "hash">) => ({
  partitionKey: keySafe(subscription),
  rowKey: `${CALENDAR}${hash}`,
});
const linkRow = ({ since, ...link }: CalendarLink): Row => ({
  ...keyOf(link),
  ...link,
  since: since.toISOString(),
});

/** The `CalendarLinks` port on the table `clients`. */
export const calendarLinks = (table: Table): CalendarLinks => ({
  all: async (subscription) => {
    const found: VersionedLink[] = [];
    const query = {
      partition: keySafe(subscription),
      from: CALENDAR,
      before: afterPrefix(CALENDAR),
    };
    for await (const { row, etag } of eachRow(table, query))
      found.push(...legible("calendar", () => ({ link: LinkRow.parse(row), version: etag })));
    return found;
  },
  find: async (subscription, hash) => {
    const { partitionKey, rowKey } = keyOf({ subscription, hash });
    const stored = await table.get(partitionKey, rowKey);
    return stored && LinkRow.parse(stored.row);
  },
  put: async (link, instead) => {
    const answer = await table.transact([
      { do: "insert", row: linkRow(link) },
      ...instead.map(
        ({ link: old, version }): RowAction => ({ do: "delete", ...keyOf(old), etag: version }),
      ),
    ]);
    return answer.done;
  },
  remove: async (link) => {
    const { partitionKey, rowKey } = keyOf(link);
    await table.delete(partitionKey, rowKey);
  },
});
