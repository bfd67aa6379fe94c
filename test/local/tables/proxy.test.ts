import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { RestError, TableClient } from "@azure/data-tables";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type LocalTables, startTables } from "../../../infra/local/tables/start.ts";
import { openTap, type RemoteCall, type Tap } from "../../../infra/local/tap.ts";

let folder: string;
let tables: LocalTables;
/** What the tap does, set by the test that runs. */
let tap: Tap = openTap;

const start = () =>
  startTables({
    port: 0,
    data: folder,
    tap: { before: (call) => tap.before(call), after: (call) => tap.after(call) },
    tables: ["clients", "journal"],
  });

const open = (table: string) =>
  TableClient.fromConnectionString(tables.settings.RecordsConnection, table, {
    allowInsecureConnection: true,
    retryOptions: { maxRetries: 0 },
  });

const cutWhen = (moment: keyof Tap, name: string): Tap => ({
  ...openTap,
  [moment]: async (call: RemoteCall) => (call.name === name ? "cut" : "pass"),
});

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "latchkey-tables-"));
  tables = await start();
});
beforeEach(async () => {
  tap = openTap;
  await tables.reset();
});
afterAll(async () => {
  await tables.stop();
  await rm(folder, { recursive: true, force: true });
});

it("names and counts each operation of the official SDK", async () => {
  const clients = open("clients");
  const row = { partitionKey: "a", rowKey: "1" };
  await clients.createEntity(row);
  const { etag } = await clients.getEntity("a", "1");
  await clients.updateEntity({ ...row, seen: true }, "Merge", { etag });
  await clients.upsertEntity(row);
  await clients.submitTransaction([["create", { partitionKey: "a", rowKey: "2" }]]);
  for await (const _page of clients.listEntities().byPage());
  await clients.deleteEntity("a", "1");
  expect(tables.counts()).toEqual({
    "insert clients": 1,
    "get clients": 1,
    "update clients": 1,
    "upsert clients": 1,
    "batch clients": 1,
    "query clients": 1,
    "delete clients": 1,
  });
});

it("lets the service's own answers through: 409 for a row that exists, 412 for an old ETag", async () => {
  const clients = open("clients");
  const row = { partitionKey: "a", rowKey: "1" };
  await clients.createEntity(row);
  await expect(clients.createEntity(row)).rejects.toMatchObject({ statusCode: 409 });
  await expect(
    clients.updateEntity(row, "Replace", { etag: "W/\"datetime'2020-01-01T00%3A00%3A00Z'\"" }),
  ).rejects.toMatchObject({ statusCode: 412 });
});

describe("a cut connection", () => {
  const row = { partitionKey: "a", rowKey: "1" };

  it("before the commit leaves nothing behind", async () => {
    tap = cutWhen("before", "insert journal");
    await expect(open("journal").createEntity(row)).rejects.toThrow();
    await expect(open("journal").getEntity("a", "1")).rejects.toMatchObject({ statusCode: 404 });
  });

  it("after the commit leaves the row, though the caller never hears of it", async () => {
    tap = cutWhen("after", "insert journal");
    await expect(open("journal").createEntity(row)).rejects.toThrow();
    await expect(open("journal").getEntity("a", "1")).resolves.toMatchObject(row);
  });
});

it("refuses connections while it is down, and is back on the same port", async () => {
  const port = tables.port;
  await tables.setDown(true);
  await expect(open("clients").getEntity("a", "1")).rejects.toThrow();
  await tables.setDown(false);
  await expect(open("clients").getEntity("a", "1")).rejects.toMatchObject({ statusCode: 404 });
  expect(tables.port).toBe(port);
});

describe("a refusal", () => {
  const row = { partitionKey: "a", rowKey: "1" };
  const errorCode = (error: unknown) =>
    error instanceof RestError
      ? [error.statusCode, error.response?.headers.get("x-ms-error-code") ?? error.code]
      : error;
  const refused = (asked: Promise<unknown>) => asked.then(() => "answered", errorCode);

  it("of a table that is missing is Azure's own, of that table only, and its rows are back afterwards", async () => {
    await open("clients").createEntity(row);
    tables.setRefusals({ missing: ["clients"] });

    const missing = [404, "TableNotFound"];
    expect(await refused(open("clients").getEntity("a", "1"))).toEqual(missing);
    expect(await refused(open("clients").createEntity(row))).toEqual(missing);
    expect(await refused(open("clients").submitTransaction([["upsert", row]]))).toEqual(missing);
    expect(await refused(open("clients").listEntities().byPage().next())).toEqual(missing);
    expect(await refused(open("journal").createEntity(row))).toBe("answered");

    tables.setRefusals({});
    await expect(open("clients").getEntity("a", "1")).resolves.toMatchObject(row);
  });

  it("of a transaction on a table that is missing is worded as Azurite words it", async () => {
    const words = (table: string) =>
      open(table)
        .submitTransaction([["upsert", row]])
        .then(
          () => "answered",
          (error: unknown) => (error instanceof RestError ? error.message.split("\n")[0] : error),
        );
    const own = await words("nowhere");
    tables.setRefusals({ missing: ["clients"] });

    expect(await words("clients")).toBe(own);
    tables.setRefusals({});
  });

  it("of a caller without a role is of every operation", async () => {
    tables.setRefusals({ forbidden: true });

    const forbidden = [403, "AuthorizationPermissionMismatch"];
    expect(await refused(open("clients").getEntity("a", "1"))).toEqual(forbidden);
    expect(await refused(open("clients").createEntity(row))).toEqual(forbidden);
    expect(await refused(open("journal").listEntities().byPage().next())).toEqual(forbidden);
    const batch = await refused(open("journal").submitTransaction([["upsert", row]]));
    expect(batch).toEqual(forbidden);

    tables.setRefusals({});
    await expect(open("clients").createEntity(row)).resolves.toBeDefined();
  });
});

it("forgets everything on reset and nothing on a restart", async () => {
  await open("clients").createEntity({ partitionKey: "a", rowKey: "gone" });
  await tables.reset();
  await open("clients").createEntity({ partitionKey: "a", rowKey: "kept" });
  await tables.stop();
  tables = await start();
  const keys: (string | undefined)[] = [];
  for await (const { rowKey } of open("clients").listEntities()) keys.push(rowKey);
  expect(keys).toEqual(["kept"]);
});
