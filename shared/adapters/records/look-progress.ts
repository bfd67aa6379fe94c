import * as z from "zod";
import { RemoteUnavailable } from "../../base/unavailable.ts";
import type {
  Digests,
  LookAgain,
  LookPass,
  LookProgress,
  VersionedLook,
} from "../../care/found/look-progress.ts";
import { legible } from "./legible.ts";
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
/** Of a row that others write too: each fails only because another one succeeded. */
const ATTEMPTS = 8;

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

const againOf = ({ row, etag: version }: StoredRow): readonly LookAgain[] =>
  legible(PARTITION, () => ({ lead: AgainRow.parse(row), version }));

const LONG_AGO = new Date(0);
/** The next one begins anew in the place of one that cannot be read. */
const over = ({ row, etag: version }: StoredRow): VersionedLook => {
  const filled = row["filled"] !== false;
  return {
    pass: { phase: "done", filled, owner: "", startedAt: LONG_AGO, touchedAt: LONG_AGO },
    version,
  };
};

const rangeOf = (prefix: string) => ({
  partition: PARTITION,
  from: prefix,
  before: `${prefix.slice(0, -1)};`,
});

/** Digests of clients whose ids begin alike. */
interface Bucket {
  readonly pairs: ReadonlyMap<string, string>;
  readonly version?: string | undefined;
}
type Change = readonly [clientId: string, digest: string | undefined];

const bucketOf = (clientId: string): string => `${DIGESTS}${clientId.slice(0, BUCKET_DIGITS)}`;

/** Of one that cannot be read the next pass looks at all clients. */
function readBucket({ row, etag: version }: StoredRow): Bucket {
  const [read] = legible(PARTITION, () => DigestRow.parse(row));
  const pairs = (read?.of ?? "").split(" ").map((pair) => pair.split("="));
  return {
    pairs: new Map(pairs.flatMap(([id, digest]) => (id && digest ? [[id, digest]] : []))),
    version,
  };
}

function changedBucket({ pairs, version }: Bucket, changes: readonly Change[]): Bucket {
  const next = new Map(pairs);
  for (const [clientId, digest] of changes)
    if (digest === undefined) next.delete(clientId);
    else next.set(clientId, digest);
  return { pairs: next, version };
}

function bucketAction(rowKey: string, { pairs, version }: Bucket): RowAction {
  const text = [...pairs].map(([clientId, digest]) => `${clientId}=${digest}`).join(" ");
  const row = { partitionKey: PARTITION, rowKey, of: text };
  return version === undefined ? { do: "insert", row } : { do: "replace", row, etag: version };
}

function digestsIn(table: Table, buckets: Map<string, Bucket>): Digests {
  /** Somebody else has written it since: which of the two is right the next pass sees. */
  const takeOut = async (rowKey: string, changes: readonly Change[]): Promise<void> => {
    const none = changes.map(([clientId]): Change => [clientId, undefined]);
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      const stored = await table.get(PARTITION, rowKey);
      const next = changedBucket(stored ? readBucket(stored) : { pairs: new Map() }, none);
      const answer = await table.transact([bucketAction(rowKey, next)]);
      if (!answer.done) continue;
      buckets.set(rowKey, { ...next, version: answer.etags[0] });
      return;
    }
    throw new RemoteUnavailable("records", { executed: "unknown", retryAfterSeconds: 1 });
  };

  return {
    get: (clientId) => buckets.get(bucketOf(clientId))?.pairs.get(clientId),
    save: async (changes) => {
      const left = [...Map.groupBy(changes, ([clientId]) => bucketOf(clientId))];
      while (left.length > 0) {
        const some = left.splice(0, TRANSACTION).map(([rowKey, those]) => {
          const before = buckets.get(rowKey) ?? { pairs: new Map() };
          return { rowKey, those, next: changedBucket(before, those) };
        });
        const answer = await table.transact(
          some.map(({ rowKey, next }) => bucketAction(rowKey, next)),
        );
        if (answer.done) {
          for (const [at, { rowKey, next }] of some.entries())
            buckets.set(rowKey, { ...next, version: answer.etags[at] });
          continue;
        }
        const { at } = answer;
        const inTheWay = at === undefined ? some : some.splice(at, 1);
        for (const { rowKey, those } of inTheWay) await takeOut(rowKey, those);
        if (at !== undefined)
          left.unshift(...some.map(({ rowKey, those }) => [rowKey, those] as [string, Change[]]));
      }
    },
  };
}

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
      return found && (legible(PARTITION, () => versioned(found))[0] ?? over(found));
    },
    save: async (pass, version) => {
      const row = passRow(pass);
      const saved = version ? await table.replace(row, version) : await table.insert(row);
      return saved && { pass, version: saved.etag };
    },
    digests: async () => {
      const buckets = new Map<string, Bucket>();
      for await (const stored of eachRow(table, rangeOf(DIGESTS)))
        buckets.set(stored.row.rowKey, readBucket(stored));
      return digestsIn(table, buckets);
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
