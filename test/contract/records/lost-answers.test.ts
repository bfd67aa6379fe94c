import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type LocalTables, startTables } from "../../../infra/local/tables/start.ts";
import { openTap, type RemoteCall, type Tap } from "../../../infra/local/tap.ts";
import { checkTables } from "../../../shared/adapters/records/check-tables.ts";
import { openTable } from "../../../shared/adapters/records/connect.ts";
import { RecordsMissing } from "../../../shared/adapters/records/records-missing.ts";
import type { Table } from "../../../shared/adapters/records/table.ts";
import type { Connection } from "../../../shared/settings/settings.ts";
import { newId } from "../../support/samples.ts";

/** Changes that Azurite makes and whose answer never arrives, and tables that it does not have. */

let folder: string;
let tables: LocalTables;
let table: Table;
let connection: Connection;
let tap: Tap = openTap;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "latchkey-tables-"));
  tables = await startTables({
    port: 0,
    data: folder,
    tap: { before: (call) => tap.before(call), after: (call) => tap.after(call) },
    tables: ["clients"],
  });
  connection = { kind: "connectionString", connectionString: tables.settings.RecordsConnection };
  table = openTable(connection, "clients");
});
beforeEach(() => {
  tap = openTap;
  tables.resetCounts();
});
afterAll(async () => {
  await tables.stop();
  await rm(folder, { recursive: true, force: true });
});

/** The next call of that name is done and its answer lost; `meanwhile` happens before it is asked again. */
function loseAnswer(name: string, meanwhile: () => Promise<unknown> = async () => undefined): void {
  tap = {
    ...openTap,
    after: async (call: RemoteCall) => {
      if (call.name !== name) return "pass";
      tap = openTap;
      await meanwhile();
      return "cut";
    },
  };
}

test("an insert is known again", async () => {
  const row = { partitionKey: newId(), rowKey: "row", text: "mine" };
  loseAnswer("insert clients");

  const inserted = await table.insert(row);

  expect(inserted).toEqual({ etag: (await table.get(row.partitionKey, "row"))?.etag });
  expect(tables.counts()["insert clients"]).toBe(2);
});

test("a transaction is known again by the rows it wrote and deleted, not by those it checked", async () => {
  const partitionKey = newId();
  const account = await table.insert({ partitionKey, rowKey: "account" });
  await table.insert({ partitionKey, rowKey: "old" });
  loseAnswer("batch clients");

  const done = await table.transact([
    { do: "check", partitionKey, rowKey: "account", ...(account && { etag: account.etag }) },
    { do: "insert", row: { partitionKey, rowKey: "new", operation: "mine" } },
    { do: "delete", partitionKey, rowKey: "old" },
  ]);

  const added = await table.get(partitionKey, "new");
  expect(done).toEqual({ done: true, etags: [undefined, added?.etag, undefined] });
  expect(tables.counts()["batch clients"]).toBe(2);
});

test("a transaction is not known again once somebody has changed its row", async () => {
  const partitionKey = newId();
  loseAnswer("batch clients", () =>
    table.replace({ partitionKey, rowKey: "new", operation: "another" }),
  );

  const done = await table.transact([
    { do: "insert", row: { partitionKey, rowKey: "new", operation: "mine" } },
  ]);

  expect(done).toEqual({ done: false, at: 0 });
});

test("a delete is done", async () => {
  const row = { partitionKey: newId(), rowKey: "row" };
  await table.insert(row);
  loseAnswer("delete clients");

  expect(await table.delete(row.partitionKey, "row")).toBe("done");
});

test("a table that is missing is no row that is missing, whatever is asked of it", async () => {
  const missing = openTable(connection, "nowhere");
  const row = { partitionKey: "p", rowKey: "r" };
  const calls = [
    () => missing.get("p", "r"),
    () => missing.insert(row),
    () => missing.replace(row),
    () => missing.replace(row, "W/\"datetime'2026-01-01T00%3A00%3A00.0000000Z'\""),
    () => missing.delete("p", "r"),
    () => missing.page({ partition: "p" }, 1),
    () => missing.transact([{ do: "insert", row }]),
    () => missing.transact([{ do: "check", ...row }]),
  ];

  for (const call of calls) {
    await expect(call()).rejects.toThrow(RecordsMissing);
    await expect(call()).rejects.toThrow('The table "nowhere" does not exist');
  }
  const asked = Object.values(tables.counts()).reduce((sum, count) => sum + count, 0);
  expect(asked).toBe(2 * calls.length);
});

test("the tables are checked by one query each, and the one that is missing is named", async () => {
  const open = (name: string) => openTable(connection, name);

  await checkTables([open("clients")]);
  expect(tables.counts()).toEqual({ "query clients": 1 });
  await expect(checkTables([open("clients"), open("nowhere")])).rejects.toThrow('"nowhere"');
});
