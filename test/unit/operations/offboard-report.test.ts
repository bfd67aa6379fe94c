import { beforeEach, expect, test } from "vitest";
import { activityRecords } from "../../../shared/adapters/records/activity-records.ts";
import { deleteClient } from "../../../shared/operations/clients/delete-client.ts";
import { addSecret } from "../../../shared/operations/credentials/add-secret.ts";
import { reportCustomer } from "../../../shared/operations/whole/report-customer.ts";
import { GRACE_MS, type RunWorld, runWorld } from "../../support/run-world.ts";
import { ANN } from "../../support/samples.ts";

const WRITES = 60;
const DAY_MS = 86_400_000;

let world: RunWorld;
beforeEach(() => {
  world = runWorld({ directoryWritesPerMinute: WRITES, maxClients: 300 });
});

test("a report says what was there, before, while and after it ends", async () => {
  const [first, second] = await world.threeClients();
  const own = { subscription: "contoso", by: ANN };
  await addSecret(world, { ...own, clientId: first.id, displayName: "Kept", lifetimeDays: 90 });
  await deleteClient(world, { ...own, clientId: second.id });
  const deps = { ...world, activity: activityRecords(world.clientsTable) };
  const report = () => reportCustomer(deps, { subscription: "contoso", limit: 2 });

  const before = await report();
  world.runtime.pass(1_000);
  await world.offboard();
  await world.workFor(GRACE_MS + DAY_MS);
  const after = await report();

  const ids = (report: typeof before) => report.clients.map(({ record }) => record.id).toSorted();
  expect(before.clients).toHaveLength(3);
  expect(ids(after)).toEqual(ids(before));
  expect(before.clients.find(({ record }) => record.id === first.id)?.secrets).toMatchObject([
    { displayName: "Kept" },
  ]);
  expect(after.clients.every(({ deletedAt }) => deletedAt !== undefined)).toBe(true);
  expect(before.clients.filter(({ deletedAt }) => deletedAt)).toHaveLength(1);
  const older = await reportCustomer(deps, {
    ...{ subscription: "contoso", limit: 100 },
    after: before.activity.next,
  });
  expect(older.clients).toEqual([]);
  const actions = [...before.activity.items, ...older.activity.items].map(({ action }) => action);
  expect(actions.toSorted()).toEqual([
    ...["client.created", "client.created", "client.created", "client.deleted", "secret.created"],
  ]);
});
