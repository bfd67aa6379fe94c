import * as z from "zod";
import type {
  RevocationPass,
  RevocationProgress,
  VersionedPass,
} from "../../consent/sweeps/revocation-pass.ts";
import { legible } from "./legible.ts";
import { type Deletion, removeAll } from "./purge-rows.ts";
import { eachRow, type Row, type RowAction, type StoredRow, type Table } from "./table.ts";

/** In the table `consents`: partition `revocations`, one row `pass`, and one row for each page of the directory's lists that was seen. */

const PARTITION = "revocations";
const PASS = "pass";
const PAGE = "page:";
const AFTER_PAGES = "page;";

const instant = z.iso.datetime().transform((value) => new Date(value));
const PassRow = z.object({
  startedAt: instant,
  phase: z.enum(["grants", "registrations", "comparing", "done"]),
  pages: z.number(),
  lookedTo: z.string().optional(),
  from: z.string().optional(),
  owner: z.string(),
  touchedAt: instant,
});
const PageRow = z.object({ seen: z.string() });

const passRow = (pass: RevocationPass): Row => ({
  partitionKey: PARTITION,
  rowKey: PASS,
  ...pass,
  startedAt: pass.startedAt.toISOString(),
  touchedAt: pass.touchedAt.toISOString(),
});

const pageRow = (pass: RevocationPass, seen: readonly string[]): Row => ({
  partitionKey: PARTITION,
  rowKey: `${PAGE}${String(pass.pages).padStart(6, "0")}`,
  seen: seen.join(" "),
});

function versioned({ row, etag }: StoredRow): VersionedPass {
  const { from, lookedTo, ...pass } = PassRow.parse(row);
  const known = {
    ...(from !== undefined && { from }),
    ...(lookedTo !== undefined && { lookedTo }),
  };
  return { pass: { ...pass, ...known }, version: etag };
}

const LONG_AGO = new Date(0);
/** The next one begins anew in the place of one that cannot be read. */
const OVER = {
  phase: "done",
  pages: 0,
  owner: "",
  startedAt: LONG_AGO,
  touchedAt: LONG_AGO,
} as const;

/** The `RevocationProgress` port. */
export function revocationProgress(table: Table): RevocationProgress {
  const current = async (): Promise<VersionedPass | undefined> => {
    const found = await table.get(PARTITION, PASS);
    if (!found) return undefined;
    const [known] = legible(PARTITION, () => versioned(found));
    return known ?? { pass: OVER, version: found.etag };
  };
  const pages = () => eachRow(table, { partition: PARTITION, from: PAGE, before: AFTER_PAGES });

  return {
    current,
    save: async (pass, version, seen) => {
      const row = passRow(pass);
      if (!seen) {
        const saved = version ? await table.replace(row, version) : await table.insert(row);
        return saved && { pass, version: saved.etag };
      }
      const moved: RowAction = version
        ? { do: "replace", row, etag: version }
        : { do: "insert", row };
      const done = await table.transact([moved, { do: "replace", row: pageRow(pass, seen) }]);
      const now = done.done ? await current() : undefined;
      return now?.pass.owner === pass.owner ? now : undefined;
    },
    seen: async () => {
      const marks = new Set<string>();
      // Whoever stands on one that cannot be read is asked for, like anybody who is missing.
      for await (const { row } of pages())
        for (const { seen } of legible(PARTITION, () => PageRow.parse(row)))
          for (const mark of seen.split(" ")) marks.add(mark);
      return marks;
    },
    clear: async () => {
      const old: Deletion[] = [];
      for await (const { row } of pages())
        old.push({ do: "delete", partitionKey: PARTITION, rowKey: row.rowKey });
      await removeAll(table, old);
    },
  };
}
