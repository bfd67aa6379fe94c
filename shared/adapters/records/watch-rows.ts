import * as z from "zod";
import type { Watch } from "../../clients/watch.ts";
import { keySafe } from "../key-safe.ts";
import type { Row } from "./table.ts";

/**
 * Rows of watchers in a subscription's partition of the table `clients`:
 *
 *     watch:<person>:<client id or all>    a person who is told by mail
 *     watch:<person>:silent                a person who wants no mail until they ask for it again
 *
 * The person is the SHA-256 of issuer and subject of their token.
 */

export const WATCH = "watch:";
export const SILENT = "silent";

export const watchKey = (subscription: string, person: string, watched: string) => ({
  partitionKey: keySafe(subscription),
  rowKey: `${WATCH}${person}:${watched}`,
});

const instant = z.iso.datetime().transform((value) => new Date(value));
const WatchRow = z.object({
  subscription: z.string(),
  person: z.string(),
  of: z.string(),
  email: z.string(),
  timeZone: z.string().optional(),
  since: instant,
  by: z.enum(["person", "create"]),
});
const SilentRow = z.object({ person: z.string(), since: instant });

export const watchRow = ({ since, ...watch }: Watch): Row => ({
  ...watchKey(watch.subscription, watch.person, watch.of),
  ...watch,
  since: since.toISOString(),
});

export const silentRow = (subscription: string, person: string, since: Date): Row => ({
  ...watchKey(subscription, person, SILENT),
  person,
  since: since.toISOString(),
});

/** One row, of either kind. */
export const readWatchRow = (row: Row): ReadRow =>
  row.rowKey.endsWith(`:${SILENT}`)
    ? { silent: SilentRow.parse(row) }
    : { watch: WatchRow.parse(row) };

interface ReadRow {
  readonly watch?: Watch;
  readonly silent?: z.infer<typeof SilentRow>;
}
