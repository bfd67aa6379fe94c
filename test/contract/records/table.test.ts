import { beforeAll, describe, expect, test } from "vitest";
import { eachRow, type Row, type Table } from "../../../shared/adapters/records/table.ts";
import { newId } from "../../support/samples.ts";
import { tableTargets } from "./targets.ts";

describe.each(tableTargets)("A table $name", ({ newTable }) => {
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

  test("takes a write that left the row as it was meant for its own", async () => {
    const row = aRow({ text: "same" });
    const first = await table.insert(row);
    await table.replace({ ...row, text: "same" }, first?.etag);

    // The etag is old, but the row is as this write wants it: an answer that was lost looks just so.
    const again = await table.replace(row, first?.etag);

    expect(again).toBeDefined();
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

    expect(first.rows.map(({ row }) => row.rowKey)).toEqual(["a", "b", "c"]);
    expect(first.next).toBeDefined();
    expect(second.rows.map(({ row }) => row.rowKey)).toEqual(["d"]);
    expect(second.next).toBeUndefined();
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
    expect(done).toEqual([undefined, added, counted]);
  });

  test.each(["insert", "replace", "delete"] as const)(
    "does nothing of a transaction whose %s meets another row than expected",
    async (failing) => {
      const partitionKey = newId();
      const taken = await table.insert({ partitionKey, rowKey: "taken", text: "first" });
      await table.replace({ partitionKey, rowKey: "taken", text: "second" }, taken?.etag);
      const action = {
        insert: { do: "insert", row: { partitionKey, rowKey: "taken", text: "mine" } },
        replace: {
          do: "replace",
          row: { partitionKey, rowKey: "taken", text: "mine" },
          etag: taken?.etag ?? "",
        },
        delete: { do: "delete", partitionKey, rowKey: "missing" },
      } as const;

      const done = await table.transact([
        { do: "insert", row: { partitionKey, rowKey: "new" } },
        action[failing],
      ]);

      expect(done).toBeUndefined();
      const { rows } = await table.page({ partition: partitionKey }, 10);
      expect(rows.map(({ row }) => row)).toEqual([
        { partitionKey, rowKey: "taken", text: "second" },
      ]);
    },
  );

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
