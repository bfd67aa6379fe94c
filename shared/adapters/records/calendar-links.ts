import * as z from "zod";
import type { CalendarLink, CalendarLinks } from "../../care/calendar-link.ts";
import { keySafe } from "../key-safe.ts";
import { legible, readRow } from "./legible.ts";
import { afterPrefix } from "./operation-rows.ts";
import { eachRow, type Row, type RowAction, type Table } from "./table.ts";

/**
 * In a subscription's partition of the table `clients`:
 *
 *     calendar:<SHA-256 of the address>    a person's address of the subscription's calendar
 *     calendar-of:<person>                 which one they were given last: written with each, so that of two at once one is made
 */

const CALENDAR = "calendar:";
/** Sorts right before those. */
const LATEST = "calendar-of:";

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
const latestOf = (person: string): string => `${LATEST}${keySafe(person)}`;
const linkRow = ({ since, ...link }: CalendarLink): Row => ({
  ...keyOf(link),
  ...link,
  since: since.toISOString(),
});

/** The `CalendarLinks` port on the table `clients`. */
export const calendarLinks = (table: Table): CalendarLinks => ({
  ownOf: async (subscription, person) => {
    const links: CalendarLink[] = [];
    let version: string | undefined;
    const query = {
      partition: keySafe(subscription),
      from: LATEST,
      before: afterPrefix(CALENDAR),
    };
    for await (const { row, etag } of eachRow(table, query))
      if (row.rowKey === latestOf(person)) version = etag;
      else if (row.rowKey.startsWith(CALENDAR))
        links.push(...legible("calendar", () => LinkRow.parse(row)));
    return { links: links.filter((link) => link.person === person), version };
  },
  find: async (subscription, hash) => {
    const { partitionKey, rowKey } = keyOf({ subscription, hash });
    const stored = await table.get(partitionKey, rowKey);
    return stored && readRow(LinkRow, stored.row);
  },
  put: async (link, { links, version }) => {
    const { partitionKey } = keyOf(link);
    const latest = { partitionKey, rowKey: latestOf(link.person), hash: link.hash };
    const answer = await table.transact([
      version === undefined
        ? { do: "insert", row: latest }
        : { do: "replace", row: latest, etag: version },
      { do: "insert", row: linkRow(link) },
      ...links.map((old): RowAction => ({ do: "delete", ...keyOf(old) })),
    ]);
    return answer.done;
  },
  remove: async (link) => {
    const { partitionKey, rowKey } = keyOf(link);
    await table.delete(partitionKey, rowKey);
  },
});
