import { beforeEach, describe, expect, test } from "vitest";
import { RemoteUnavailable } from "../../../shared/base/unavailable.ts";
import type { DirectoryRefusal } from "../../../shared/clients/ports.ts";
import { moveRetirement } from "../../../shared/operations/credentials/move-retirement.ts";
import { type ClientWorld, clientWorld } from "../../support/client-world.ts";
import { failure } from "../../support/failure.ts";
import { abandoned, RECONCILE_AFTER_MS, underWay } from "../../support/product.ts";
import { later } from "../../support/samples.ts";

/** What becomes of an operation that its worker has abandoned. */

let world: ClientWorld;
beforeEach(async () => {
  world = await clientWorld();
});

const refused = (refusal: DirectoryRefusal) => ({ kind: "refused", refusal }) as const;

describe("an abandoned new secret", () => {
  const dates = { createdAt: later(0), expiresAt: later(86_400_000) };
  const abandon = () =>
    abandoned(world, {
      kind: "add-secret",
      clientId: world.client.id,
      displayName: "Lost",
      createdAt: dates.createdAt.toISOString(),
      expiresAt: dates.expiresAt.toISOString(),
      keyHash: "key",
    });
  const add = async (
    displayName: string,
    createdAt = dates.createdAt,
    expiresAt = dates.expiresAt,
  ) => {
    const secret = { displayName, createdAt, expiresAt };
    const added = await world.directory.addSecret(world.client.id, secret, world.client);
    return added.kind === "done" ? added.value.keyId : "";
  };

  test("is gone for whoever has seen it in the directory, and waits to say when it is to go", async () => {
    const keyId = await add("Lost");
    const held = await abandon();
    world.runtime.pass(-RECONCILE_AFTER_MS);
    const pause = async (milliseconds: number) => {
      world.runtime.pass(milliseconds);
      if ((await underWay(world)).length > 0) await world.settle(held);
    };
    const deps = { ...world, runtime: { ...world.runtime, pause } };

    const moved = await moveRetirement(deps, { ...world.own, keyId, retiresAt: undefined });

    expect(moved).toEqual({ ok: false, refusal: { reason: "secret-not-found" } });
    expect(await world.onRecord()).toEqual([]);
    expect(world.told()).toEqual(["secret.removed"]);
  });

  test.each([
    ["another name", "Kept", dates.createdAt, dates.expiresAt],
    ["another start", "Lost", later(1), dates.expiresAt],
    ["another end", "Lost", dates.createdAt, later(86_400_001)],
  ])("is withdrawn, and one of %s stays", async (_, name, createdAt, expiresAt) => {
    const kept = await add(name, createdAt, expiresAt);
    const held = await abandon();
    const lost = await add("Lost");

    expect(await world.settle(held)).toBe("undone");
    expect(await world.inDirectory()).toEqual([kept]);
    expect(world.events.published).toMatchObject([
      {
        id: `${held.entry.operationId}:secret.removed`,
        ...{ type: "secret.removed", clientId: world.client.id, data: { keyId: lost } },
      },
    ]);
    expect(await world.knownToBeGone(lost)).toBe(true);
    expect(await world.key()).toBeUndefined();
    expect(await underWay(world)).toEqual([]);
  });

  test("that the directory does not show is believed not to be there at the second look", async () => {
    const held = await abandon();

    expect(await world.settle(held)).toBe("waiting");
    expect(await world.key()).toBeDefined();
    expect(await world.settleAgain()).toBe("undone");
    expect(await world.key()).toBeUndefined();
    expect(world.told()).toEqual([]);
  });

  test("that shows at the second look is withdrawn then", async () => {
    const held = await abandon();
    await world.settle(held);
    await add("Lost");

    expect(await world.settleAgain()).toBe("undone");
    expect(await world.inDirectory()).toEqual([]);
  });

  test("of a client that has gone is no secret any more", async () => {
    const held = await abandon();
    await world.directory.delete(world.client.id, world.client);

    expect([await world.settle(held), await world.settleAgain()]).toEqual(["waiting", "undone"]);
    expect(world.told()).toEqual([]);
  });

  test.each([
    ["absent", "is gone", true],
    ["secret-absent", "is gone", true],
    ["secret-absent", "on a late replica is removed all the same", false],
  ] as const)("that is %s when it is to be removed %s", async (reason, _, isGone) => {
    await add("Lost");
    const held = await abandon();
    world.directory.answerNext("removeSecret", refused({ reason }), isGone);

    expect(await world.settle(held)).toBe("waiting");
    expect(await world.settleAgain()).toBe("undone");
    expect(await world.inDirectory()).toEqual([]);
    expect(world.told()).toEqual(["secret.removed"]);
    expect(await underWay(world)).toEqual([]);
  });

  test("is told to have gone though the answer of its removal was lost", async () => {
    const lost = await add("Lost");
    const held = await abandon();
    const unknown = { kind: "unknown", retryAfterSeconds: 1 } as const;
    world.directory.answerNext("removeSecret", unknown, true);

    await failure(world.settle(held));
    expect(await world.settleAgain()).toBe("undone");

    expect(await world.inDirectory()).toEqual([]);
    expect(world.events.published).toMatchObject([
      { id: `${held.entry.operationId}:secret.removed`, data: { keyId: lost } },
    ]);
  });

  test("that cannot be removed for good is set aside for operators", async () => {
    await add("Lost");
    const held = await abandon();
    world.directory.answerNext("removeSecret", refused({ reason: "not-ours" }));

    expect(await world.settle(held)).toBe("parked");
    expect(await world.key()).toBeDefined();
    expect(world.told()).toEqual(["operation.parked"]);
  });

  test.each(["not-now", "unknown"] as const)(
    "stays under way when its removal is answered %s",
    async (kind) => {
      await add("Lost");
      const held = await abandon();
      world.directory.answerNext("removeSecret", {
        kind,
        retryAfterSeconds: 5,
        throttled: false,
      });

      expect(await failure(world.settle(held))).toBeInstanceOf(RemoteUnavailable);
      expect(await underWay(world)).toHaveLength(1);
      expect(world.told()).toEqual([]);
    },
  );
});
