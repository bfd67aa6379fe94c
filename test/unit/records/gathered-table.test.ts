import { beforeEach, describe, expect, test } from "vitest";
import { gatheredTable } from "../../../shared/adapters/records/gathered-table.ts";
import type { Row, Table } from "../../../shared/adapters/records/table.ts";
import { timeLeftMs, withDeadline } from "../../../shared/base/deadline.ts";
import { RemoteUnavailable } from "../../../shared/base/unavailable.ts";
import { memoryTable } from "../../doubles/memory-table.ts";
import { failure } from "../../support/failure.ts";
import { type TappedTable, tappedTable } from "../../support/tapped-table.ts";

let tapped: TappedTable;
let table: Table;
beforeEach(() => {
  tapped = tappedTable(memoryTable());
  table = gatheredTable(tapped, ["busy:", "client:"]);
});

const row = (rowKey: string, cells: Record<string, string | number> = {}): Row => ({
  partitionKey: "contoso",
  rowKey,
  ...cells,
});
const keys = (count: number) => Array.from({ length: count }, (_, at) => `busy:${at + 100}`);
/** Rows that are there, with their etags. */
async function there(count: number): Promise<{ key: string; etag: string }[]> {
  const rows = [];
  for (const key of keys(count)) {
    const written = await tapped.insert(row(key, { n: 0 }));
    rows.push({ key, etag: written?.etag ?? "" });
  }
  tapped.forget();
  return rows;
}

test("what is asked alone is asked for just as without it", async () => {
  const made = await table.insert(row("busy:1", { n: 1 }));
  expect(await table.insert(row("busy:1"))).toBeUndefined();
  expect(await table.get("contoso", "busy:1")).toEqual({
    row: row("busy:1", { n: 1 }),
    etag: made?.etag,
  });
  const next = await table.replace(row("busy:1", { n: 2 }), made?.etag);
  expect(await table.replace(row("busy:1", { n: 3 }), made?.etag)).toBeUndefined();
  expect(await table.transact([{ do: "insert", row: row("busy:1") }])).toEqual({
    done: false,
    at: 0,
  });
  expect(await table.delete("contoso", "busy:1", made?.etag)).toBe("changed");
  expect(await table.delete("contoso", "busy:1", next?.etag)).toBe("done");
  expect(await table.delete("contoso", "busy:1")).toBe("missing");
  expect(await table.get("contoso", "busy:1")).toBeUndefined();
  expect(tapped.calls.filter((call) => call === "transact")).toHaveLength(1);
});

describe("what is asked of one partition at once", () => {
  test("is written by one transaction, and each is told its own etag", async () => {
    const rows = await there(20);

    const written = await Promise.all(
      rows.map(({ key, etag }) => table.replace(row(key, { n: 1 }), etag)),
    );

    expect(tapped.calls).toEqual(["transact"]);
    for (const [at, { key }] of rows.entries()) {
      const found = await tapped.get("contoso", key);
      expect(found).toEqual({ row: row(key, { n: 1 }), etag: written[at]?.etag });
    }
  });

  test("is read by one range, below the prefix, also what is not there", async () => {
    const rows = await there(3);
    await tapped.insert(row("client:1"));
    await tapped.insert(row("secret:1"));
    tapped.forget();

    const asked = [...rows.map(({ key }) => key), "busy:000", "busy:999"];
    const found = await Promise.all(asked.map((key) => table.get("contoso", key)));
    const mixed = ["client:1", "secret:1", "busy:100", "client:2", "busy:101", "secret:2"];
    const others = await Promise.all(mixed.map((key) => table.get("contoso", key)));

    expect(found.map((one) => one?.row.rowKey)).toEqual([
      ...rows.map(({ key }) => key),
      undefined,
      undefined,
    ]);
    expect(others.map((one) => one?.row.rowKey)).toEqual([
      ...["client:1", "secret:1", "busy:100", undefined, "busy:101", undefined],
    ]);
    expect(tapped.calls).toEqual([
      ...["page busy:000", "get secret:", "get secret:", "page client:1", "page busy:100"],
    ]);
  });

  test("is read one by one where there is much between", async () => {
    const rows = await there(102);

    const found = await Promise.all(
      [0, 50, 101].map((at) => table.get("contoso", keys(102)[at] ?? "")),
    );

    expect(found.map((one) => one?.etag)).toEqual([0, 50, 101].map((at) => rows[at]?.etag));
    expect(tapped.calls).toEqual(["page busy:100", ...found.map(() => "get busy:")]);
  });

  test("is never more than a hundred rows", async () => {
    const rows = await there(150);

    await Promise.all(rows.map(({ key }) => table.delete("contoso", key)));

    expect(tapped.calls).toEqual(["transact", "transact"]);
    expect((await tapped.page({}, 1000)).rows).toEqual([]);
  });

  test("of two that write one row the first goes first, and the second meets that", async () => {
    const [{ key, etag } = { key: "", etag: "" }] = await there(1);

    const [first, second, other] = await Promise.all([
      table.replace(row(key, { n: 1 }), etag),
      table.replace(row(key, { n: 2 }), etag),
      table.insert(row("busy:other")),
    ]);

    expect([first !== undefined, second, other !== undefined]).toEqual([true, undefined, true]);
    expect((await tapped.get("contoso", key))?.row["n"]).toBe(1);
  });

  test("does not go together with another partition's", async () => {
    await Promise.all([
      table.insert(row("busy:1")),
      table.insert({ partitionKey: "fabrikam", rowKey: "busy:1" }),
    ]);

    expect(tapped.calls).toEqual(["insert busy:", "insert busy:"]);
  });

  test("gathers while a request is under way", async () => {
    const rows = await there(5);
    const others: Promise<unknown>[] = [];
    tapped.nextTransact(async (perform) => {
      for (const { key } of rows.slice(2)) others.push(table.delete("contoso", key));
      return perform();
    });

    await Promise.all(rows.slice(0, 2).map(({ key }) => table.delete("contoso", key)));
    await Promise.all(others);

    expect(tapped.calls).toEqual(["transact", "transact"]);
  });
});

describe("nobody's failure is another's:", () => {
  test("what is refused together is asked for one by one", async () => {
    const rows = await there(4);
    const [{ key } = { key: "" }] = rows;
    await tapped.replace(row(key, { n: 9 }));
    tapped.forget();

    const written = await Promise.all(
      rows.map((one) => table.replace(row(one.key, { n: 1 }), one.etag)),
    );

    expect(written.map((one) => one !== undefined)).toEqual([false, true, true, true]);
    expect(tapped.calls).toEqual(["transact", ...rows.map(() => "replace busy:")]);
  });

  test("a transaction among them is told which of its own actions was not as expected", async () => {
    const [answer, written] = await Promise.all([
      table.transact([
        { do: "insert", row: row("busy:1") },
        { do: "delete", partitionKey: "contoso", rowKey: "busy:none" },
      ]),
      table.insert(row("busy:2")),
    ]);

    expect(answer).toEqual({ done: false, at: 1 });
    expect(written).toBeDefined();
    expect(await tapped.get("contoso", "busy:1")).toBeUndefined();
  });

  test("what the service cannot do with all of them is asked for one by one", async () => {
    const rows = await there(3);
    tapped.nextTransact(() => Promise.reject(new TypeError("Too large")));

    const done = await Promise.all(rows.map(({ key }) => table.delete("contoso", key)));

    expect(done).toEqual(["done", "done", "done"]);
  });

  test("an etag that is not known after all is no permission: it is asked for alone", async () => {
    const [{ key, etag } = { key: "", etag: "" }] = await there(1);
    tapped.nextTransact(async (perform) => {
      await perform();
      return { done: true, etags: [undefined, undefined] };
    });

    const answers = await Promise.all([
      table.replace(row(key, { n: 1 }), etag),
      table.transact([{ do: "insert", row: row("busy:new") }]),
    ]);

    expect(answers).toEqual([undefined, { done: false, at: 0 }]);
  });

  test("only an outage is everybody's, and the next ones are asked for again", async () => {
    const rows = await there(3);
    const away = new RemoteUnavailable("records", { executed: "unknown" });
    tapped.nextTransact(() => Promise.reject(away));
    const write = () => rows.map(({ key }) => table.delete("contoso", key));

    for (const asked of await Promise.all(write().map(failure))) expect(asked).toBe(away);
    expect(await Promise.all(write())).toEqual(["done", "done", "done"]);
  });
});

test("each is asked for within its own time", async () => {
  const left: number[] = [];
  const timed = gatheredTable({
    ...tapped,
    delete: async (...asked) => {
      left.push(timeLeftMs(60_000));
      return tapped.delete(...asked);
    },
  });

  // The second waits for the first, in whose turn it is asked for.
  await Promise.all([
    withDeadline(1_000, () => timed.delete("contoso", "same")),
    withDeadline(30_000, () => timed.delete("contoso", "same")),
  ]);

  const [first = 0, second = 0] = left;
  expect(first).toBeLessThanOrEqual(1_000);
  expect(second).toBeGreaterThan(1_000);
});
