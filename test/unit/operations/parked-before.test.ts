import { expect, test } from "vitest";
import { DirectoryRefused } from "../../../shared/clients/ports.ts";
import { restoreClient } from "../../../shared/operations/clients/restore-client.ts";
import { listParked, retryParked } from "../../../shared/operations/settling/parked.ts";
import { clientWorld } from "../../support/client-world.ts";
import { abandoned, placesOf, underWay } from "../../support/product.ts";
import { OLGA } from "../../support/samples.ts";

/** What was set aside holds nothing, so its client goes on without it: deleted by another request, and brought back. */

test("a delete that was set aside does not delete a client that is back since", async () => {
  const world = await clientWorld();
  const held = await abandoned(world, { kind: "delete", clientId: world.client.id });
  const { delete: asked } = world.directory;
  world.directory.delete = () => Promise.reject(new DirectoryRefused({ reason: "not-ours" }));
  expect(await world.settle(held)).toBe("parked");
  world.directory.delete = asked;
  await world.delete();
  world.runtime.pass(60_000);
  await restoreClient(world, { ...world.own, as: "customer" });
  const told = world.told();

  expect(await retryParked(world, held.entry.operationId, OLGA)).toEqual({
    ok: true,
    value: "undone",
  });

  expect(world.directory.all()).toMatchObject([{ id: world.client.id }]);
  expect(await world.record()).toMatchObject({ id: world.client.id });
  expect(await placesOf(world)).toBe(1);
  expect(world.told().slice(told.length)).toEqual(["operation.retried"]);
  expect([await underWay(world), await listParked(world)]).toEqual([[], []]);
});

test("one of a client that was back before is tried again", async () => {
  const world = await clientWorld();
  await world.delete();
  await restoreClient(world, { ...world.own, as: "customer" });
  world.runtime.pass(60_000);
  const held = await abandoned(world, { kind: "delete", clientId: world.client.id });

  expect(await world.settle(held)).toBe("finished");

  expect(world.directory.all()).toEqual([]);
});
