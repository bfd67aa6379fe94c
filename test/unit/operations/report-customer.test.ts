import { beforeEach, expect, test } from "vitest";
import { activityRecords } from "../../../shared/adapters/records/activity-records.ts";
import {
  type ReportDeps,
  reportCustomer,
} from "../../../shared/operations/whole/report-customer.ts";
import { type ClientWorld, clientWorld } from "../../support/client-world.ts";
import { later } from "../../support/samples.ts";

/** What a customer has and had, however many requests it takes to say so. */

let world: ClientWorld;
let deps: ReportDeps;
beforeEach(async () => {
  world = await clientWorld();
  const { records } = world;
  deps = {
    ...world,
    activity: activityRecords(world.clientsTable),
    // So that two clients are as much as two thousand.
    records: {
      list: (subscription, _, ...rest) => records.list(subscription, 1, ...rest),
      listDeleted: (subscription, _, ...rest) => records.listDeleted(subscription, 1, ...rest),
    },
  };
});

const report = (after?: string) =>
  reportCustomer(deps, { subscription: "contoso", limit: 100, after });

test("names every client, each deleted one with its time, and the secrets of each", async () => {
  const { keyId } = await world.added({ displayName: "Kept" });
  const others = [await world.create(), await world.create(), await world.create()];
  const [second, third, fourth] = others.map((made) => (made.ok ? made.value.id : ""));
  world.runtime.pass(60_000);
  const at = world.runtime.now();
  for (const gone of [third, fourth]) {
    const found = await world.records.client("contoso", gone ?? "");
    if (found) await world.records.remove(found.record, at);
  }
  await world.create({ subscription: "fabrikam" });

  const { clients } = await report();

  const told = clients.map(({ record, deletedAt, secrets }) => ({
    ...{ id: record.id, deletedAt, secrets: secrets.map((secret) => secret.keyId) },
  }));
  expect(told).toHaveLength(4);
  expect(told).toEqual(
    expect.arrayContaining([
      { id: world.client.id, secrets: [keyId] },
      { id: second, secrets: [] },
      { id: third, deletedAt: at, secrets: [] },
      { id: fourth, deletedAt: at, secrets: [] },
    ]),
  );
});

test("says when it was made, and what the account says then", async () => {
  world.runtime.pass(5);

  const { at, account, activity } = await report();

  expect(at).toEqual(later(5));
  expect(account).toEqual((await world.operations.account("contoso")).account);
  expect(activity.items).toMatchObject([{ action: "client.created" }]);
});

test("asks for no client on the pages after the first", async () => {
  world.clientsTable.forget();

  expect((await report("9999999999999")).clients).toEqual([]);

  expect(world.clientsTable.calls.toSorted()).toEqual(["get account", "page contoso"]);
});

test("says which rows nobody could read, what they are of being left out", async () => {
  const { keyId } = await world.added({ displayName: "Kept" });
  const { id } = world.client;
  const rows = ["client:0", "deleted:0", `secret:${id}:0`, "activity:0000000000000:0"];
  for (const rowKey of rows)
    await world.clientsTable.replace({ partitionKey: "contoso", rowKey, id: "0" });

  const { clients, activity, unread } = await report();

  expect(unread.toSorted()).toEqual(rows.toSorted());
  expect(clients).toMatchObject([{ record: { id }, secrets: [{ keyId }] }]);
  expect(activity.items).toHaveLength(2);
});

test("of who was never here is empty", async () => {
  const nobody = await reportCustomer(deps, { subscription: "fabrikam", limit: 100 });

  expect(nobody).toMatchObject({ account: { clients: 0 }, clients: [], activity: { items: [] } });
});

test("names a client once that is deleted while it is made", async () => {
  const { listDeleted } = deps.records;
  const at = later(5);
  const records: ReportDeps["records"] = {
    ...deps.records,
    listDeleted: async (...given) => {
      const found = await world.records.client("contoso", world.client.id);
      if (found) await world.records.remove(found.record, at);
      return listDeleted(...given);
    },
  };

  const { clients } = await reportCustomer(
    { ...deps, records },
    { subscription: "contoso", limit: 100 },
  );

  expect(clients).toMatchObject([{ record: { id: world.client.id }, deletedAt: at }]);
});
