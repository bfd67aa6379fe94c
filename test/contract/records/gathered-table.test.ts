import { beforeAll, describe, expect, test } from "vitest";
import { gatheredTable } from "../../../shared/adapters/records/gathered-table.ts";
import type { Table } from "../../../shared/adapters/records/table.ts";
import { newObservation, observe } from "../../../shared/base/observation.ts";
import { newId } from "../../support/samples.ts";
import { tableTargets } from "./targets.ts";

describe.each(tableTargets)("What is asked at once of a table $name", ({ newTable, requests }) => {
  let table: Table;
  beforeAll(async () => {
    table = gatheredTable(await newTable(), ["busy:"]);
  });

  test("is read and written together, each under its own etag", async () => {
    const partitionKey = newId();
    const keys = Array.from({ length: 20 }, (_, at) => `busy:${at + 100}`);
    const observation = newObservation();

    await observe(observation, async () => {
      const made = await Promise.all(
        keys.map((rowKey, n) => table.insert({ partitionKey, rowKey, n })),
      );
      const read = await Promise.all(keys.map((rowKey) => table.get(partitionKey, rowKey)));
      expect(read.map((one) => one?.etag)).toEqual(made.map((one) => one?.etag));
      const taken = await Promise.all(
        keys.map((rowKey, at) => table.replace({ partitionKey, rowKey }, made[at]?.etag)),
      );
      const ended = keys.map((rowKey, at) => table.delete(partitionKey, rowKey, taken[at]?.etag));
      expect(new Set(await Promise.all(ended))).toEqual(new Set(["done"]));
    });

    expect(observation.tableOperations).toBe(4 * requests);
  });

  test("is done one by one where one of them is refused", async () => {
    const partitionKey = newId();
    const row = (rowKey: string) => ({ partitionKey, rowKey });
    const [first, second] = [await table.insert(row("busy:1")), await table.insert(row("busy:2"))];
    await table.replace({ ...row("busy:1"), changed: true }, first?.etag);

    const deleted = await Promise.all([
      table.delete(partitionKey, "busy:1", first?.etag),
      table.delete(partitionKey, "busy:2", second?.etag),
      table.delete(partitionKey, "busy:3"),
    ]);

    expect(deleted).toEqual(["changed", "done", "missing"]);
  });
});
