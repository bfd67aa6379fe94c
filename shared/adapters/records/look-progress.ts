import * as z from "zod";
import { note } from "../../base/observation.ts";
import type {
  LookAgain,
  LookPass,
  LookProgress,
  VersionedLook,
} from "../../care/found/look-progress.ts";
import {
  eachPage,
  eachRow,
  type Row,
  type RowAction,
  type StoredRow,
  type Table,
} from "./table.ts";

/**
 * In the table `journal`, partition `secrets`:
 *
 *     pass                        how far the look at all clients' secrets has come
 *     again:<client id>           a client that differed from its records
 *     digests:<three digits>      what clients had whose ids begin so: 4,096 rows, each with 25 of 100,000
 */

const PARTITION = "secrets";
const PASS = "pass";
const AGAIN = "again:";
const DIGESTS = "digests:";
/** Most actions of one transaction. */
const TRANSACTION = 100;
const BUCKET_DIGITS = 3;

const instant = z.iso.datetime().transform((value) => new Date(value));
const PassRow = z.object({
  startedAt: instant,
  phase: z.enum(["listing", "done"]),
  from: z.string().optional(),
  filled: z.boolean(),
  lacking: z.literal(true).optional(),
  owner: z.string(),
  touchedAt: instant,
});
const AgainRow = z.object({ clientId: z.guid(), subscriptionKey: z.string() });
const DigestRow = z.object({ of: z.string() });

const passRow = (pass: LookPass): Row => ({
  partitionKey: PARTITION,
  rowKey: PASS,
  ...pass,
  startedAt: pass.startedAt.toISOString(),
  touchedAt: pass.touchedAt.toISOString(),
});

function versioned({ row, etag }: StoredRow): VersionedLook {
  const { from, lacking, ...pass } = PassRow.parse(row);
  const known = { ...(from !== undefined && { from }), ...(lacking && { lacking }) };
  return { pass: { ...pass, ...known }, version: etag };
}

/** One that another version has written holds up none of the others. */
function legible<T>(row: Row, schema: z.ZodType<T>): T | undefined {
  const parsed = schema.safeParse(row);
  if (!parsed.success) note(`journal-row-illegible:${PARTITION}`);
  return parsed.data;
}

function againOf({ row, etag }: StoredRow): LookAgain[] {
  const lead = legible(row, AgainRow);
  return lead ? [{ lead, version: etag }] : [];
}

const bucketOf = (clientId: string): string => clientId.slice(0, BUCKET_DIGITS);
const rangeOf = (prefix: string) => ({
  partition: PARTITION,
  from: prefix,
  before: `${prefix.slice(0, -1)};`,
});

/** The `LookProgress` port. */
export const lookProgress = (table: Table): LookProgress => {
  const replaceAll = async (rows: readonly Row[]): Promise<void> => {
    for (let at = 0; at < rows.length; at += TRANSACTION) {
      const some = rows.slice(at, at + TRANSACTION);
      await table.transact(some.map((row): RowAction => ({ do: "replace", row })));
    }
  };
  return {
    current: async () => {
      const found = await table.get(PARTITION, PASS);
      return found && versioned(found);
    },
    save: async (pass, version) => {
      const row = passRow(pass);
      const saved = version ? await table.replace(row, version) : await table.insert(row);
      return saved && { pass, version: saved.etag };
    },
    digests: async () => {
      const digests = new Map<string, string>();
      for await (const { row } of eachRow(table, rangeOf(DIGESTS)))
        for (const one of legible(row, DigestRow)?.of.split(" ") ?? []) {
          const [clientId, digest] = one.split("=");
          if (clientId && digest) digests.set(clientId, digest);
        }
      return digests;
    },
    saveDigests: async (all, changed) => {
      const buckets = new Map([...new Set(changed.map(bucketOf))].map((key) => [key, [""]]));
      for (const [clientId, digest] of all)
        buckets.get(bucketOf(clientId))?.push(`${clientId}=${digest}`);
      await replaceAll(
        [...buckets].map(([bucket, pairs]) => ({
          partitionKey: PARTITION,
          rowKey: `${DIGESTS}${bucket}`,
          of: pairs.join(" ").trim(),
        })),
      );
    },
    lookAgain: (leads, at) =>
      replaceAll(
        leads.map(({ clientId, subscriptionKey }) => ({
          partitionKey: PARTITION,
          rowKey: `${AGAIN}${clientId}`,
          clientId,
          subscriptionKey,
          at: at.toISOString(),
        })),
      ),
    again: async function* (now) {
      const below = { at: new Date(now.getTime() + 1).toISOString() };
      for await (const rows of eachPage(table, { ...rangeOf(AGAIN), below }))
        yield rows.flatMap(againOf);
    },
    seen: async ({ lead, version }) => {
      await table.delete(PARTITION, `${AGAIN}${lead.clientId}`, version);
    },
  };
};
