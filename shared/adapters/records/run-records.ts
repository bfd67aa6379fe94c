import * as z from "zod";
import { By } from "../../clients/actor.ts";
import { RunKind } from "../../events/subscription-run.ts";
import {
  MOST_ERRORS,
  type Run,
  type RunRecords,
  type VersionedRun,
} from "../../operations/whole/run.ts";
import { legible, legibleOne, readRow } from "./legible.ts";
import { eachRow, type Row, type StoredRow, type Table } from "./table.ts";

/** In the table `journal`: partition `runs`, one row for each operation on a whole subscription; for 30 days after its end. */
const RUNS = "runs";

const instant = z.iso.datetime().transform((value) => new Date(value));
const json = <T extends z.ZodType>(schema: T) =>
  z.string().transform((value): z.infer<T> => schema.parse(JSON.parse(value)));
const Errors = z.array(z.object({ clientId: z.guid(), problem: z.string() }));
const RunRow = z.object({
  operationId: z.guid(),
  kind: RunKind,
  subscription: z.string(),
  by: json(By),
  reason: z.string().optional(),
  state: z.enum(["running", "done", "cancelled", "parked"]),
  done: z.number(),
  total: z.number(),
  errors: json(Errors),
  deleteAt: instant.optional(),
  stopped: z.boolean().optional(),
  createdAt: instant,
  endedAt: instant.optional(),
  step: z.number(),
  failures: z.number(),
  nextAt: instant.optional(),
  cursor: z.string().optional(),
});

/** @param writeId makes the row's content tell whose write it was */
const runRow = (run: Run, writeId: string): Row => ({
  partitionKey: RUNS,
  rowKey: run.operationId,
  ...run,
  by: JSON.stringify(run.by),
  errors: JSON.stringify(run.errors.slice(0, MOST_ERRORS)),
  createdAt: run.createdAt.toISOString(),
  endedAt: run.endedAt?.toISOString(),
  deleteAt: run.deleteAt?.toISOString(),
  nextAt: run.nextAt?.toISOString(),
  writeId,
});

const versioned = ({ row, etag }: StoredRow): VersionedRun => ({
  run: readRow(RunRow, row),
  version: etag,
});

/** The `RunRecords` port on the table `journal`. */
export function runRecords(table: Table, newId: () => string): RunRecords {
  return {
    open: async (run) => {
      await table.replace(runRow(run, newId()));
    },
    find: async (operationId) => {
      const found = await table.get(RUNS, operationId);
      return found && legibleOne("run", () => versioned(found));
    },
    list: async function* () {
      for await (const found of eachRow(table, { partition: RUNS }))
        yield* legible("run", () => versioned(found).run);
    },
    save: async (run, version) => {
      const saved = await table.replace(runRow(run, newId()), version);
      return saved && { run, version: saved.etag };
    },
    purge: async (before) => {
      let purged = 0;
      const ended = { partition: RUNS, below: { endedAt: before.toISOString() } };
      for await (const { row, etag } of eachRow(table, ended)) {
        await table.delete(RUNS, row.rowKey, etag);
        purged += 1;
      }
      return purged;
    },
  };
}
