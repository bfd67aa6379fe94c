import { expect, test } from "vitest";
import { deleteClient } from "../../../shared/operations/clients/delete-client.ts";
import { restoreClient } from "../../../shared/operations/clients/restore-client.ts";
import { listParked } from "../../../shared/operations/settling/parked.ts";
import { clientWorld } from "../../support/client-world.ts";
import { failure } from "../../support/failure.ts";
import { aClient, placesOf, underWay } from "../../support/product.ts";
import { runWorld } from "../../support/run-world.ts";
import { ANN } from "../../support/samples.ts";
import { setAsideForAWhile } from "../../support/set-aside.ts";

/** A client was deleted while its subscription was stopped, which goes on by now: it is brought back by two calls of the directory. */

async function deletedWhileStopped() {
  const world = runWorld({ directoryWritesPerMinute: 60 });
  const { id } = await aClient(world);
  const own = { subscription: "contoso", clientId: id, by: ANN };
  await world.suspend();
  await world.work();
  await deleteClient(world, own);
  await world.resume();
  await world.work();
  return { world, id, own };
}

const THROTTLED = { kind: "not-now", retryAfterSeconds: 5, throttled: true } as const;
const REFUSED = { kind: "refused", refusal: { reason: "not-ours" } } as const;

test.each([
  ["comes to nothing for now", THROTTLED, { retryAfterSeconds: 5 }],
  ["is refused", REFUSED, {}],
])(
  "a restore whose second call %s has begun, and is ended without its caller",
  async (_, answer, asked) => {
    const { world, id, own } = await deletedWhileStopped();
    world.directory.answerNext("setDisabled", answer);

    const error = await failure(restoreClient(world, { ...own, as: "customer" }));

    expect(error).toMatchObject({ service: "directory", executed: "unknown", ...asked });
    expect(await underWay(world)).toMatchObject([{ operation: { kind: "restore" } }]);
    for (const held of await world.operations.allUnderWay("contoso")) await world.settle(held);
    expect((await world.records.client("contoso", id))?.record).not.toHaveProperty("suspended");
    expect(world.disabled()).toEqual([false]);
    expect([await placesOf(world), await underWay(world)]).toEqual([1, []]);
  },
);

test("a restore whose second call is refused for good is set aside for operators, not undone with the client back", async () => {
  const { world, id, own } = await deletedWhileStopped();
  world.directory.answerNext("setDisabled", REFUSED);
  world.directory.answerNext("setDisabled", REFUSED);

  await failure(restoreClient(world, { ...own, as: "customer" }));
  for (const held of await world.operations.allUnderWay("contoso"))
    expect(await world.settle(held)).toBe("parked");

  expect(await listParked(world)).toMatchObject([{ clientId: id, reason: "not-ours" }]);
});

test("what its customer had stopped, too, comes back stopped by them", async () => {
  const world = runWorld({ directoryWritesPerMinute: 60 });
  const { id } = await aClient(world);
  const own = { subscription: "contoso", clientId: id, by: ANN, as: "customer" as const };
  const stop = { kind: "suspend", clientId: id, reason: "Leaked", as: "customer" } as const;
  const retry = await setAsideForAWhile(world, stop, "setDisabled");
  await world.suspend();
  await world.work();
  expect(await retry()).toEqual({ ok: true, value: "finished" });
  await deleteClient(world, own);
  await world.resume();
  await world.work();

  expect(await restoreClient(world, own)).toMatchObject({ ok: true });

  const { suspended } = (await world.records.client("contoso", id))?.record ?? {};
  expect(suspended).toMatchObject({ by: "customer", reason: "Leaked" });
  expect(world.disabled()).toEqual([true]);
  expect(world.events.published.at(-1)).toMatchObject({ data: { state: "suspended" } });
});

test("nothing is told to go on that a restore, tried again, has brought back by itself", async () => {
  const { world, id: clientId } = await deletedWhileStopped();
  const retry = await setAsideForAWhile(world, { kind: "restore", clientId }, "restore");

  expect(await retry()).toEqual({ ok: true, value: "finished" });

  expect(world.events.published.at(-1)).toMatchObject({
    ...{ type: "client.restored", data: { state: "active" } },
  });
  expect(world.events.published.filter(({ type }) => type === "client.resumed")).toEqual([]);
  expect(world.disabled()).toEqual([false]);
});

test("nor does it let a client go on that somebody has disabled in the directory", async () => {
  const world = await clientWorld();
  const { id: clientId } = world.client;
  await world.directory.setDisabled(clientId, true, world.client);
  await world.delete();
  const retry = await setAsideForAWhile(world, { kind: "restore", clientId }, "restore");

  expect(await retry()).toEqual({ ok: true, value: "finished" });

  expect(world.directory.all()).toMatchObject([{ disabled: true }]);
  expect(world.told()).not.toContain("client.resumed");
});
