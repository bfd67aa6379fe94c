import { beforeAll, describe, expect, test } from "vitest";
import {
  eachRow,
  type Row,
  type RowAction,
  type Table,
} from "../../../shared/adapters/records/table.ts";
import { newObservation, observe } from "../../../shared/base/observation.ts";
import { memoryTable } from "../../doubles/memory-table.ts";
import { newId } from "../../support/samples.ts";
import { tableTargets } from "./targets.ts";

describe.each(tableTargets)("A table $name", ({ newTable, requests }) => {
  let table: Table;
  beforeAll(async () => {
    table = await newTable();
  });

  /** A partition that no other test uses. */
  const aRow = (cells: Readonly<Record<string, string | number | boolean>> = {}): Row => ({
    partitionKey: newId(),
    rowKey: "row",
    ...cells,
  });
  const keys = ({ partitionKey, rowKey }: Row): [string, string] => [partitionKey, rowKey];

  test("gives back every kind of cell as it was put in", async () => {
    const row = aRow({ text: "Ünïcode ✓ 'quoted'", whole: 7, part: 0.5, yes: true, no: false });

    await table.insert(row);

    expect((await table.get(...keys(row)))?.row).toEqual(row);
  });

  test("answers nothing for a row that is not there", async () => {
    expect(await table.get(newId(), "row")).toBeUndefined();
  });

  test("inserts a key once", async () => {
    const row = aRow({ text: "first" });
    await table.insert(row);

    const second = await table.insert({ ...row, text: "second" });

    expect(second).toBeUndefined();
    expect((await table.get(...keys(row)))?.row["text"]).toBe("first");
  });

  test("replaces a row under its etag only, and the old etag is worth nothing then", async () => {
    const row = aRow({ text: "first", gone: "soon" });
    const first = await table.insert(row);
    const { gone: _, ...shorter } = row;

    const second = await table.replace({ ...shorter, text: "second" }, first?.etag);
    const third = await table.replace({ ...shorter, text: "third" }, first?.etag);

    expect(second).toBeDefined();
    expect(third).toBeUndefined();
    const kept = await table.get(...keys(row));
    expect(kept).toEqual({ row: { ...shorter, text: "second" }, etag: second?.etag });
  });

  test("does not replace a row that is gone", async () => {
    const row = aRow({ text: "first" });
    const inserted = await table.insert(row);
    await table.delete(...keys(row));

    expect(await table.replace({ ...row, text: "second" }, inserted?.etag)).toBeUndefined();
  });

  test("replaces without an etag whatever is there, or nothing", async () => {
    const row = aRow({ text: "first" });

    await table.replace(row);
    await table.replace({ ...row, text: "second" });

    expect((await table.get(...keys(row)))?.row["text"]).toBe("second");
  });

  test("does not take a write for its own only because the row looks as meant", async () => {
    const row = aRow({ text: "same" });
    const first = await table.insert(row);
    await table.replace({ ...row, text: "same" }, first?.etag);

    // No answer was lost here, so these are others' writes.
    expect(await table.replace(row, first?.etag)).toBeUndefined();
    expect(await table.insert(row)).toBeUndefined();
  });

  test("deletes a row, and says whether it was there and unchanged", async () => {
    const row = aRow({ text: "first" });
    const first = await table.insert(row);
    await table.replace({ ...row, text: "second" }, first?.etag);

    const answers = [
      await table.delete(...keys(row), first?.etag),
      await table.delete(...keys(row)),
      await table.delete(...keys(row)),
    ];

    expect(answers).toEqual(["changed", "done", "missing"]);
  });

  test("pages through a partition's range in key order", async () => {
    const partitionKey = newId();
    for (const rowKey of ["c", "a", "d", "b", "other"])
      await table.insert({ partitionKey, rowKey });
    const query = { partition: partitionKey, from: "a", before: "e" };

    const first = await table.page(query, 3);
    const second = await table.page(query, 3, first.next);
    const after = await table.page({ partition: partitionKey, after: "b", before: "e" }, 3);

    expect(first.rows.map(({ row }) => row.rowKey)).toEqual(["a", "b", "c"]);
    expect(first.next).toBeDefined();
    expect(second.rows.map(({ row }) => row.rowKey)).toEqual(["d"]);
    expect(second.next).toBeUndefined();
    expect(after.rows.map(({ row }) => row.rowKey)).toEqual(["c", "d"]);
  });

  test("finds rows by columns that equal or sort before a text", async () => {
    const partitionKey = newId();
    await table.insert({ partitionKey, rowKey: "1", owner: "it's ann", at: "2026-01-01" });
    await table.insert({ partitionKey, rowKey: "2", owner: "it's ann", at: "2026-03-01" });
    await table.insert({ partitionKey, rowKey: "3", owner: "bob", at: "2026-01-01" });
    await table.insert({ partitionKey, rowKey: "4" });
    const found: string[] = [];

    const query = { equal: { owner: "it's ann" }, below: { at: "2026-02-01" } };
    for await (const { row } of eachRow(table, { partition: partitionKey, ...query })) {
      found.push(row.rowKey);
    }

    expect(found).toEqual(["1"]);
  });

  test("does all of a transaction", async () => {
    const partitionKey = newId();
    await table.insert({ partitionKey, rowKey: "old" });
    const counter = await table.insert({ partitionKey, rowKey: "counter", count: 1 });

    const done = await table.transact([
      { do: "delete", partitionKey, rowKey: "old" },
      { do: "insert", row: { partitionKey, rowKey: "new" } },
      {
        do: "replace",
        row: { partitionKey, rowKey: "counter", count: 2 },
        ...(counter && { etag: counter.etag }),
      },
    ]);

    const { rows } = await table.page({ partition: partitionKey }, 10);
    expect(rows.map(({ row }) => row)).toEqual([
      { partitionKey, rowKey: "counter", count: 2 },
      { partitionKey, rowKey: "new" },
    ]);
    // In the order of the actions: what was written may be changed under these.
    const [counted, added] = rows.map(({ etag }) => etag);
    expect(done).toEqual({ done: true, etags: [undefined, added, counted] });
  });

  test("checks a row in a transaction: it keeps its cells and gets a new etag", async () => {
    const partitionKey = newId();
    const first = await table.insert({
      partitionKey,
      rowKey: "kept",
      text: "ä",
      count: 2,
      yes: true,
    });

    const done = await table.transact([
      { do: "check", partitionKey, rowKey: "kept", ...(first && { etag: first.etag }) },
      { do: "insert", row: { partitionKey, rowKey: "new" } },
    ]);

    const kept = await table.get(partitionKey, "kept");
    expect(kept?.row).toEqual({ partitionKey, rowKey: "kept", text: "ä", count: 2, yes: true });
    expect(kept?.etag).not.toBe(first?.etag);
    expect(done).toMatchObject({ done: true, etags: [kept?.etag, expect.any(String)] });
    // Without an etag it is enough that the row is there.
    const again = await table.transact([{ do: "check", partitionKey, rowKey: "kept" }]);
    expect(again.done).toBe(true);
  });

  test("deletes in a transaction under an etag, next to changes of other rows", async () => {
    const partitionKey = newId();
    const rows = ["one", "it's two"].map((rowKey) => ({ partitionKey, rowKey }));
    const [one, two] = await Promise.all(rows.map((row) => table.insert(row)));

    const done = await table.transact([
      { do: "insert", row: { partitionKey, rowKey: "new", text: "If-Match: *" } },
      { do: "delete", partitionKey, rowKey: "it's two", ...(two && { etag: two.etag }) },
      { do: "delete", partitionKey, rowKey: "one", ...(one && { etag: one.etag }) },
    ]);

    expect(done.done).toBe(true);
    const left = await table.page({ partition: partitionKey }, 10);
    expect(left.rows.map(({ row }) => row)).toEqual([
      { partitionKey, rowKey: "new", text: "If-Match: *" },
    ]);
  });

  /** Row `taken` has changed since `old`. */
  const refused: Readonly<Record<string, (partitionKey: string, old: string) => RowAction>> = {
    "insert of a row that is there": (partitionKey) => ({
      do: "insert",
      row: { partitionKey, rowKey: "taken", text: "mine" },
    }),
    "replace under an old etag": (partitionKey, etag) => ({
      do: "replace",
      row: { partitionKey, rowKey: "taken", text: "mine" },
      etag,
    }),
    "replace of a row that is gone": (partitionKey, etag) => ({
      do: "replace",
      row: { partitionKey, rowKey: "missing", text: "mine" },
      etag,
    }),
    "delete of a row that is gone": (partitionKey) => ({
      do: "delete",
      partitionKey,
      rowKey: "missing",
    }),
    "delete under an old etag": (partitionKey, etag) => ({
      do: "delete",
      partitionKey,
      rowKey: "taken",
      etag,
    }),
    "check of a row that is gone": (partitionKey) => ({
      do: "check",
      partitionKey,
      rowKey: "missing",
    }),
    "check under an old etag": (partitionKey, etag) => ({
      do: "check",
      partitionKey,
      rowKey: "taken",
      etag,
    }),
  };

  test.each(Object.keys(refused))(
    "does nothing of a transaction with a %s, names it, and asks once",
    async (name) => {
      const partitionKey = newId();
      const taken = await table.insert({ partitionKey, rowKey: "taken", text: "first" });
      const kept = await table.insert({ partitionKey, rowKey: "kept" });
      const second = await table.replace(
        { partitionKey, rowKey: "taken", text: "second" },
        taken?.etag,
      );
      const action = refused[name]?.(partitionKey, taken?.etag ?? "");
      if (!action) throw new Error(name);
      const observation = newObservation();

      const done = await observe(observation, () =>
        table.transact([
          { do: "insert", row: { partitionKey, rowKey: "new" } },
          { do: "check", partitionKey, rowKey: "kept" },
          action,
        ]),
      );

      expect(done).toEqual({ done: false, at: 2 });
      expect(observation.tableOperations).toBe(requests);
      const { rows } = await table.page({ partition: partitionKey }, 10);
      expect(rows).toEqual([
        { row: { partitionKey, rowKey: "kept" }, etag: kept?.etag },
        { row: { partitionKey, rowKey: "taken", text: "second" }, etag: second?.etag },
      ]);
    },
  );

  test("asks once for a row whose write is refused", async () => {
    const row = aRow({ text: "first" });
    const first = await table.insert(row);
    await table.replace({ ...row, text: "second" }, first?.etag);
    const observation = newObservation();

    await observe(observation, async () => {
      await table.insert(row);
      await table.replace(row, first?.etag);
      await table.replace({ ...row, rowKey: "missing" }, first?.etag);
    });

    expect(observation.tableOperations).toBe(3 * requests);
  });

  test("lets one of many writers under the same etag through", async () => {
    const row = aRow({ writer: "none" });
    const first = await table.insert(row);
    const writers = Array.from({ length: 8 }, (_, index) => `writer ${index}`);

    const answers = await Promise.all(
      writers.map((writer) => table.replace({ ...row, writer }, first?.etag)),
    );

    const winners = writers.filter((_, index) => answers[index]);
    expect(winners).toEqual([(await table.get(...keys(row)))?.row["writer"]]);
  });
});

test("a service whose pages go in circles ends in an error", async () => {
  const table: Table = { ...memoryTable(), page: async () => ({ rows: [], next: "again" }) };
  const readAll = async () => {
    for await (const _ of eachRow(table, {}));
  };

  await expect(readAll()).rejects.toThrow("in circles");
});
