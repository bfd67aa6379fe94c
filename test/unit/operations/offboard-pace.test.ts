import { beforeEach, expect, test } from "vitest";
import { createClient } from "../../../shared/operations/clients/create-client.ts";
import type { StepDeps } from "../../../shared/operations/whole/take-step.ts";
import { aClient } from "../../support/product.ts";
import { GRACE_MS, type RunWorld, runWorld } from "../../support/run-world.ts";
import { ANN } from "../../support/samples.ts";

const WRITES = 60;
const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;

let world: RunWorld;
beforeEach(() => {
  world = runWorld({ directoryWritesPerMinute: WRITES, maxClients: 300 });
});

const clients = async () => (await world.records.list("contoso", 1_000)).records;
const disabled = () => world.directory.all().filter((client) => client.disabled);

/** `OFFBOARD_CLIENTS=200` for the figure that docs/end-of-a-customer.md names. */
const CLIENTS = Number(process.env["OFFBOARD_CLIENTS"] ?? 60);

test("many clients are stopped and deleted below half of the directory's writes, and others make clients meanwhile", async () => {
  for (let index = 0; index < CLIENTS; index += 1) {
    await aClient(world);
    // Their making is not what is counted here.
    world.runtime.pass(2_500);
  }
  world.runtime.pass(10 * MINUTE_MS);
  const writes: number[] = [];
  const count =
    <A extends unknown[], R>(call: (...args: A) => R) =>
    (...args: A): R => {
      writes.push(world.nowMs());
      return call(...args);
    };
  const { directory } = world;
  const counting: StepDeps = {
    ...world,
    directory: {
      ...directory,
      setDisabled: count(directory.setDisabled),
      delete: count(directory.delete),
    },
  };
  const run = await world.offboard();
  const others: boolean[] = [];
  const create = async () => {
    const request = { subscription: "fabrikam", displayName: "B", roles: ["api.read"] as const };
    const made = await createClient(world, { ...request, requestedBy: "Bob", by: ANN });
    others.push(made.ok);
  };

  for (let minute = 0; minute < 10; minute += 1) {
    await world.workFor(MINUTE_MS, counting);
    await create();
  }
  expect(disabled()).toHaveLength(CLIENTS);
  await world.workFor(GRACE_MS - 11 * MINUTE_MS, counting);
  for (let minute = 0; minute < 12; minute += 1) {
    await world.workFor(MINUTE_MS, counting);
    await create();
  }

  expect(await world.runOf(run)).toMatchObject({ state: "done", done: CLIENTS, errors: [] });
  expect(await clients()).toEqual([]);
  expect(writes).toHaveLength(2 * CLIENTS);
  const most = Math.max(
    ...writes.map((from) => writes.filter((at) => at >= from && at < from + MINUTE_MS).length),
  );
  expect(most).toBeLessThanOrEqual(WRITES / 2);
  expect(others).toEqual(Array.from({ length: 22 }, () => true));
}, 60_000);

test("the grace is waited for without more than a message a day", async () => {
  await world.threeClients();
  await world.offboard();
  await world.workFor(DAY_MS);

  expect(await world.workFor(10 * DAY_MS)).toBeLessThanOrEqual(10);
});
