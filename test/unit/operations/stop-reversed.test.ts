import { beforeEach, expect, test } from "vitest";
import { RemoteUnavailable } from "../../../shared/base/unavailable.ts";
import { suspendClient } from "../../../shared/operations/clients/suspend-client.ts";
import { failure } from "../../support/failure.ts";
import { aClient } from "../../support/product.ts";
import { type RunWorld, runWorld } from "../../support/run-world.ts";
import { OLGA } from "../../support/samples.ts";

/** A client is stopped with its subscription, whoever does it dies, and an operator has the subscription go on before it is settled. */

let world: RunWorld;
beforeEach(() => {
  world = runWorld({ directoryWritesPerMinute: 60 });
});

/** Made in the directory and told, and not on record. */
async function stopWithoutEnd() {
  const { id: clientId } = await aClient(world);
  const { operationId: withSubscription } = await world.suspend();
  const dies = () => Promise.reject(new RemoteUnavailable("records", { executed: "no" }));
  const deps = { ...world, operations: { ...world.operations, end: dies } };
  const stop = {
    clientId,
    withSubscription,
    reason: "Not paid",
    subscription: "contoso",
    by: OLGA,
  };
  expect(await failure(suspendClient(deps, stop))).toBeInstanceOf(RemoteUnavailable);
  expect(world.told()).toContain("client.suspended");
  const settle = async () => {
    for (const held of await world.operations.allUnderWay("contoso")) await world.settle(held);
  };
  return { clientId, settle };
}
const isStopped = async (clientId: string) =>
  (await world.records.client("contoso", clientId))?.record.suspended !== undefined;

test("whoever has heard of the stop hears of its end", async () => {
  const { clientId, settle } = await stopWithoutEnd();
  const run = await world.resume();
  world.runtime.pass(60_000);

  await settle();
  await world.work();

  expect(await world.runOf(run)).toMatchObject({ state: "done", errors: [] });
  const told = world.told().filter((type) => type.startsWith("client."));
  expect([...new Set(told)]).toEqual(["client.suspended", "client.resumed"]);
  expect(world.disabled()).toEqual([false]);
  expect(await isStopped(clientId)).toBe(false);
});

test("the subscription does not go on without a client whose stop ends while it is looked for", async () => {
  const { clientId, settle } = await stopWithoutEnd();
  const run = await world.resume();
  world.runtime.pass(60_000);
  const allUnderWay: typeof world.operations.allUnderWay = async (subscription) => {
    await settle();
    return world.operations.allUnderWay(subscription);
  };

  await world.work(1_000, { ...world, operations: { ...world.operations, allUnderWay } });

  expect(await world.runOf(run)).toMatchObject({ state: "done", errors: [] });
  expect(world.disabled()).toEqual([false]);
  expect(await isStopped(clientId)).toBe(false);
});
