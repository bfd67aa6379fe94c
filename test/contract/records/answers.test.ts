import { beforeAll, describe, expect, test } from "vitest";
import { openTable } from "../../../shared/adapters/records/connect.ts";
import { RecordsMissing } from "../../../shared/adapters/records/records-missing.ts";
import type { Table } from "../../../shared/adapters/records/table.ts";
import { withDeadline } from "../../../shared/base/deadline.ts";
import { RemoteUnavailable } from "../../../shared/base/unavailable.ts";
import { eventually } from "../../support/eventually.ts";
import {
  type Answer,
  cut,
  guestPage,
  refusal,
  row,
  rowsOf,
  type ScriptedTables,
  scriptedTables,
  silence,
  stall,
  written,
} from "./scripted-tables.ts";

/** What each kind of answer comes to, from a server that gives just that one. Refusals of a healthy service: table.test.ts. */

let server: ScriptedTables;
let table: Table;
beforeAll(async () => {
  server = await scriptedTables();
  table = openTable(server.connection, "clients");
  // The SDK is loaded with the first call; the deadlines below are about the service.
  server.script(row);
  await table.get("p", "r");
});

const aRow = { partitionKey: "p", rowKey: "r", text: "kept" };
const calls: Readonly<Record<string, () => Promise<unknown>>> = {
  get: () => table.get("p", "r"),
  insert: () => table.insert(aRow),
  replace: () => table.replace(aRow, "W/\"datetime'2025-01-01T00%3A00%3A00.0000000Z'\""),
  delete: () => table.delete("p", "r"),
  page: () => table.page({ partition: "p" }, 10),
  transact: () => table.transact([{ do: "insert", row: aRow }]),
};
const names = Object.keys(calls);
const call = (name: string): Promise<unknown> => {
  const found = calls[name];
  if (!found) throw new Error(name);
  return found();
};
const failure = (asked: Promise<unknown>): Promise<unknown> =>
  asked.then(
    () => new Error("It has succeeded"),
    (error: unknown) => error,
  );

/** On a slow machine who was called has given up by then: what comes later would be counted in the next test. */
const hasArrived = () =>
  eventually(
    () => server.requests.length,
    (count) => count > 0,
  );

describe.each(names)("%s", (name) => {
  test.each([
    ["accepts and never answers", silence],
    ["sends headers and then stalls", stall],
  ])("gives up at the deadline on a server that %s", async (_, answer) => {
    server.script(answer);
    const began = performance.now();

    const error = await failure(withDeadline(100, () => call(name)));

    expect(error).toMatchObject({ service: "records", executed: "unknown" });
    expect(performance.now() - began).toBeLessThan(1_000);
    await hasArrived();
    expect(server.requests).toHaveLength(1);
  });

  test("asks nothing when the deadline is over", async () => {
    server.script(row);

    const error = await failure(withDeadline(0, () => call(name)));

    expect(error).toBeInstanceOf(RemoteUnavailable);
    expect(error).toMatchObject({ executed: "no" });
    expect(server.requests).toEqual([]);
  });

  test("names the table that is missing, after one request", async () => {
    for (const code of ["TableNotFound", "TableBeingDeleted"]) {
      server.script(refusal(code === "TableNotFound" ? 404 : 409, code));

      const error = await failure(call(name));

      expect(error).toBeInstanceOf(RecordsMissing);
      expect(error).toBeInstanceOf(RemoteUnavailable);
      expect(error).toMatchObject({ table: "clients", executed: "no" });
      expect(String(error)).toContain('"clients"');
      expect(server.requests).toHaveLength(1);
    }
  });

  test.each([401, 403])("is unavailable after one request when it may not (%i)", async (status) => {
    server.script(refusal(status, "AuthorizationPermissionMismatch"));

    const error = await failure(call(name));

    expect(error).toMatchObject({ service: "records", executed: "no", retryAfterSeconds: 60 });
    expect(server.requests).toHaveLength(1);
  });

  test.each([
    [429, "TooManyRequests", "no"],
    [503, "ServerBusy", "unknown"],
  ])("hands on the pause of a %i", async (status, code, executed) => {
    server.script(refusal(status, code, { "retry-after": "17" }));

    const error = await failure(call(name));

    expect(error).toMatchObject({ throttled: true, retryAfterSeconds: 17, executed });
    expect(server.requests).toHaveLength(1);
  });

  test("leaves a mistake of ours as it is", async () => {
    server.script(refusal(400, "PropertyNameInvalid"));

    const error = await failure(call(name));

    expect(error).not.toBeInstanceOf(RemoteUnavailable);
    expect(error).toMatchObject({ name: "RestError", statusCode: 400 });
    expect(server.requests).toHaveLength(1);
  });

  test.each([200, 202])("takes no page of somebody else for an answer (%i)", async (status) => {
    server.script(guestPage(status));

    const error = await failure(withDeadline(100, () => call(name)));

    expect(error).toMatchObject({ service: "records", executed: "unknown" });
    await hasArrived();
  });
});

test("asks again after a 500, and takes the answer that comes then", async () => {
  server.script(refusal(500, "InternalError"), row);

  expect((await table.get("p", "r"))?.row).toEqual(aRow);
  expect(server.requests).toEqual(["GET", "GET"]);
});

test("keeps a short pause that it is asked for, and asks again", async () => {
  server.script(refusal(503, "ServerBusy", { "retry-after": "1" }), row);

  const began = performance.now();
  expect((await table.get("p", "r"))?.row).toEqual(aRow);
  expect(performance.now() - began).toBeGreaterThan(990);
});

test("asks three times in all", async () => {
  server.script(refusal(500, "InternalError"));

  expect(await failure(table.get("p", "r"))).toMatchObject({ executed: "unknown" });
  expect(server.requests).toHaveLength(3);
});

test.each<[string, Answer]>([
  ["insert", refusal(409, "EntityAlreadyExists")],
  ["replace", refusal(412, "UpdateConditionNotSatisfied")],
])("looks after an %s whose answer was lost whether it was its own", async (name, refused) => {
  server.script(cut, refused, row);
  expect(await call(name)).toEqual({ etag: expect.stringContaining("datetime") });
  expect(server.requests.at(-1)).toBe("GET");
  expect(server.requests).toHaveLength(3);

  server.script(refused);
  expect(await call(name)).toBeUndefined();
  expect(server.requests).toHaveLength(1);
});

test("takes a delete for done whose answer was lost", async () => {
  server.script(cut, refusal(404, "ResourceNotFound"));
  expect(await table.delete("p", "r")).toBe("done");

  server.script(refusal(404, "ResourceNotFound"));
  expect(await table.delete("p", "r")).toBe("missing");
});

test("asks again after a cut, and the write is done once it is answered", async () => {
  server.script(cut, written);

  expect(await table.insert(aRow)).toEqual({ etag: expect.stringContaining("datetime") });
  expect(server.requests).toEqual(["POST", "POST"]);
});

describe("a range of which the service gives a page without rows that is not the last one", () => {
  const keys = async () => {
    const { rows, next } = await table.page({ partition: "p" }, 10);
    return { keys: rows.map((one) => one.row.rowKey), goesOn: next !== undefined };
  };

  test("is looked at further, so that nobody takes it for its end", async () => {
    server.script(rowsOf([]), rowsOf([]), rowsOf(["r"], false));
    expect(await keys()).toEqual({ keys: ["r"], goesOn: false });
    expect(server.requests).toHaveLength(3);
  });

  test("goes on behind what was found, and ends where there is nothing", async () => {
    server.script(rowsOf([]), rowsOf(["r"]));
    expect(await keys()).toEqual({ keys: ["r"], goesOn: true });
    server.script(rowsOf([]), rowsOf([], false));
    expect(await keys()).toEqual({ keys: [], goesOn: false });
  });

  test("is given up where there are nothing but such pages", async () => {
    server.script(rowsOf([]));
    expect(await failure(keys())).toMatchObject({ message: expect.stringContaining("without") });
    expect(server.requests.length).toBeLessThan(200);
  });
});
