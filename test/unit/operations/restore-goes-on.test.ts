import { expect, test } from "vitest";
import { deleteClient } from "../../../shared/operations/clients/delete-client.ts";
import { restoreClient } from "../../../shared/operations/clients/restore-client.ts";
import { failure } from "../../support/failure.ts";
import { aClient, placesOf, underWay } from "../../support/product.ts";
import { runWorld } from "../../support/run-world.ts";
import { ANN } from "../../support/samples.ts";

/** A client was deleted while its subscription was stopped, which goes on by now: it is brought back by two calls of the directory. */

test("a restore whose second call comes to nothing for now has begun, and is ended without its caller", async () => {
  const world = runWorld({ directoryWritesPerMinute: 60 });
  const { id } = await aClient(world);
  const own = { subscription: "contoso", clientId: id, by: ANN };
  await world.suspend();
  await world.work();
  await deleteClient(world, own);
  await world.resume();
  await world.work();
  const throttled = { kind: "not-now", retryAfterSeconds: 5, throttled: true } as const;
  world.directory.answerNext("setDisabled", throttled);

  const error = await failure(restoreClient(world, { ...own, as: "customer" }));

  expect(error).toMatchObject({ service: "directory", executed: "unknown", retryAfterSeconds: 5 });
  expect(await underWay(world)).toMatchObject([{ operation: { kind: "restore" } }]);
  for (const held of await world.operations.allUnderWay("contoso")) await world.settle(held);
  expect((await world.records.client("contoso", id))?.record).not.toHaveProperty("suspended");
  expect(world.disabled()).toEqual([false]);
  expect([await placesOf(world), await underWay(world)]).toEqual([1, []]);
});
