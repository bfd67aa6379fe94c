import { beforeEach, describe, expect, test } from "vitest";
import { DirectoryRefused } from "../../../shared/clients/ports.ts";
import { restoreClient } from "../../../shared/operations/clients/restore-client.ts";
import { moveRetirement } from "../../../shared/operations/credentials/move-retirement.ts";
import { retireSecret } from "../../../shared/operations/credentials/retire-secret.ts";
import { rotateSecret } from "../../../shared/operations/credentials/rotate-secret.ts";
import { listParked, retryParked } from "../../../shared/operations/settling/parked.ts";
import { type ClientWorld, clientWorld } from "../../support/client-world.ts";
import { abandoned, placesOf, underWay } from "../../support/product.ts";
import { OLGA } from "../../support/samples.ts";

/** What was set aside holds nothing, so its client goes on without it; what it was about may not be so any more when it is tried again. */

const DAY_MS = 86_400_000;

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

describe("a retirement that was set aside", () => {
  let world: ClientWorld;
  let old: string;
  let parked: string;
  beforeEach(async () => {
    world = await clientWorld();
    ({ keyId: old } = await world.added({ displayName: "Old" }));
    await rotateSecret(world, { ...world.own, keyId: old, lifetimeDays: 90, graceHours: 24 });
    world.runtime.pass(DAY_MS);
    const retirement = { kind: "retire-secret", clientId: world.client.id, keyId: old } as const;
    const held = await abandoned(world, retirement);
    const { removeSecret } = world.directory;
    world.directory.removeSecret = () =>
      Promise.reject(new DirectoryRefused({ reason: "not-ours" }));
    expect(await world.settle(held)).toBe("parked");
    world.directory.removeSecret = removeSecret;
    parked = held.entry.operationId;
  });
  const retry = () => retryParked(world, parked, OLGA);
  const retired = () => world.told().filter((type) => type === "secret.retired");

  test("is made when an operator has it tried again", async () => {
    expect(await retry()).toEqual({ ok: true, value: "finished" });
    expect(await world.inDirectory()).not.toContain(old);
    expect(retired()).toHaveLength(1);
  });

  test.each([undefined, 3])(
    "takes no secret away that its customer has said since is to stay, or to go later (%s days)",
    async (days) => {
      const retiresAt = days && new Date(world.runtime.now().getTime() + days * DAY_MS);
      await moveRetirement(world, { ...world.own, keyId: old, retiresAt: retiresAt || undefined });

      expect(await retry()).toEqual({ ok: true, value: "undone" });

      expect(await world.inDirectory()).toContain(old);
      expect((await world.onRecord()).map(({ keyId }) => keyId)).toContain(old);
      expect(retired()).toEqual([]);
    },
  );

  test("is told of once, where the secret has been retired since", async () => {
    await retireSecret(world, { ...world.own, keyId: old });
    expect(retired()).toHaveLength(1);

    expect(await retry()).toEqual({ ok: true, value: "undone" });

    expect(retired()).toHaveLength(1);
  });
});
