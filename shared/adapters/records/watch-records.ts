import type { PersonWatches, WatchRecords } from "../../care/ports.ts";
import { keySafe } from "../key-safe.ts";
import { legible } from "./legible.ts";
import { afterPrefix } from "./operation-rows.ts";
import { eachRow, type RowAction, type StoredRow, type Table } from "./table.ts";
import { readWatchRow, SILENT, silentRow, WATCH, watchKey, watchRow } from "./watch-rows.ts";

/** Most actions of one transaction. */
const TRANSACTION = 100;

/** The latest there is. */
const NEVER_AGAIN = new Date(8.64e15);

/** The `WatchRecords` port on the table `clients`. */
export function watchRecords(table: Table): WatchRecords {
  const rowsOf = async (subscription: string, prefix: string): Promise<StoredRow[]> => {
    const rows: StoredRow[] = [];
    const query = { partition: keySafe(subscription), from: prefix, before: afterPrefix(prefix) };
    for await (const stored of eachRow(table, query)) rows.push(stored);
    return rows;
  };
  const personRows = (subscription: string, person: string) =>
    rowsOf(subscription, `${WATCH}${person}:`);

  return {
    ofPerson: async (subscription, person) =>
      collect(await personRows(subscription, person)).get(person) ?? { watches: [] },
    ofSubscription: async (subscription) => collect(await rowsOf(subscription, WATCH)),
    watch: async (watch) => {
      await table.replace(watchRow(watch));
    },
    unwatch: async (subscription, person, watched) => {
      const { partitionKey, rowKey } = watchKey(subscription, person, watched);
      await table.delete(partitionKey, rowKey);
    },
    silence: async (subscription, person, at) => {
      const gone = (await personRows(subscription, person))
        .filter(({ row }) => !row.rowKey.endsWith(`:${SILENT}`))
        .map(
          ({ row: { partitionKey, rowKey } }): RowAction => ({
            do: "delete",
            partitionKey,
            rowKey,
          }),
        );
      const silent: RowAction = { do: "replace", row: silentRow(subscription, person, at) };
      const first = gone.slice(0, TRANSACTION - 1);
      const rest = gone.slice(TRANSACTION - 1);
      if (!(await table.transact([silent, ...first])).done) {
        // Another request deletes the same: one by one, what matters first.
        await table.transact([silent]);
        rest.unshift(...first);
      }
      for (const action of rest)
        if (action.do === "delete") await table.delete(action.partitionKey, action.rowKey);
    },
  };
}

/** Rows of watchers, by person. */
function collect(rows: readonly StoredRow[]): ReadonlyMap<string, PersonWatches> {
  const people = new Map<string, PersonWatches>();
  for (const { watch, silent } of rows.flatMap(readLegible)) {
    const person = watch?.person ?? silent?.person ?? "";
    const { watches, ...known } = people.get(person) ?? { watches: [] };
    people.set(person, {
      watches: watch ? [...watches, watch] : watches,
      ...known,
      ...(silent && { silentSince: silent.since }),
    });
  }
  return people;
}

/** That somebody wants no mail is passed over by nobody: from when on is unknown, so they get none. */
function readLegible({ row }: StoredRow): readonly ReturnType<typeof readWatchRow>[] {
  const read = legible("watch", () => readWatchRow(row));
  const [, person = "", watched] = row.rowKey.split(":");
  return read.length === 0 && watched === SILENT
    ? [{ silent: { person, since: NEVER_AGAIN } }]
    : read;
}
