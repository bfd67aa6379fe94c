import { beforeEach, describe, expect, test } from "vitest";
import { DirectoryRefused } from "../../../shared/clients/ports.ts";
import type { Held } from "../../../shared/operations/admission/operation.ts";
import { createClient } from "../../../shared/operations/clients/create-client.ts";
import {
  ANOTHER,
  aCreate,
  type ClientWorld,
  clientWorld,
  THE_REQUEST,
} from "../../support/client-world.ts";
import { failure } from "../../support/failure.ts";
import { abandoned, aClient, placesOf, underWay } from "../../support/product.ts";

/** What becomes of an operation that its worker has abandoned. */

let world: ClientWorld;
beforeEach(async () => {
  world = await clientWorld();
});

describe("an abandoned create", () => {
  const abandon = () => abandoned(world, aCreate("key"));
  const make = (held: Held) =>
    world.directory.create({
      operationId: held.entry.operationId,
      subscription: "contoso",
      displayName: "New",
      roles: ["api.read"],
    });

  test("is finished by its tag, and its key answers with what it made", async () => {
    const held = await abandon();
    await make(held);

    expect(await world.settle(held)).toBe("finished");
    const made = await world.operations.made("contoso", held.entry.operationId);
    expect(made).toMatchObject({
      record: { id: world.directory.all()[1]?.id, displayName: "New" },
      requestedBy: "Ann",
    });
    expect((await world.key())?.key.result).toEqual({ clientId: made?.record.id });
    expect(await placesOf(world)).toBe(2);
    expect(await underWay(world)).toEqual([]);
    // Whoever takes the message of the create tells administrators.
    expect(world.told()).toEqual([]);
  });

  test("is undone after two looks, gives place and key back, and is watched for", async () => {
    const held = await abandon();

    expect(await world.settle(held)).toBe("waiting");
    expect(await world.key()).toBeDefined();
    expect(await world.settleAgain()).toBe("undone");
    expect(await world.key()).toBeUndefined();
    expect(await placesOf(world)).toBe(1);
    expect(await underWay(world)).toEqual([]);
    expect(world.checks.waiting).toMatchObject([
      { body: { type: "operation.check", operationId: held.entry.operationId, givenUp: true } },
    ]);
  });

  test("leaves the key to whoever has taken it since", async () => {
    const held = await abandon();
    world.runtime.pass(24 * 60 * 60 * 1000);
    await aClient(world, { idempotency: THE_REQUEST });
    const taken = (await world.key())?.key;

    await world.settle(held);
    const [left] = await world.operations.allUnderWay("contoso");
    if (left) await world.settle(left);

    expect((await world.key())?.key).toEqual(taken);
  });

  test("is set aside when the directory will not show it", async () => {
    const held = await abandon();
    world.directory.failNext("findByOperation", new DirectoryRefused({ reason: "not-ours" }));

    expect(await world.settle(held)).toBe("parked");
  });

  test("is undone by who took it over, and what its worker makes after that is deleted", async () => {
    const { directory } = world;
    const slow = {
      ...directory,
      create: async (...given: Parameters<typeof directory.create>) => {
        for (const _ of ["first", "second"]) await world.settleAgain();
        world.runtime.pass(1);
        return directory.create(...given);
      },
    };

    const error = await failure(createClient({ ...world, directory: slow }, ANOTHER));

    expect(error).toMatchObject({ service: "directory", executed: "no" });
    expect(directory.all().map(({ id }) => id)).toEqual([world.client.id]);
    expect(await placesOf(world)).toBe(1);
    // One look for whatever shows, from when it was undone; what was deleted needs none.
    expect(world.checks.waiting).toHaveLength(1);
  });

  test("is undone by who took it over, and what cannot be deleted then is found later", async () => {
    const { directory } = world;
    let looks = 0;
    const slow = {
      ...directory,
      create: async (...given: Parameters<typeof directory.create>) => {
        for (const _ of ["first", "second"]) await world.settleAgain();
        looks = world.checks.waiting.length;
        world.runtime.pass(1);
        directory.answerNext("delete", { kind: "unknown", retryAfterSeconds: 1 });
        return directory.create(...given);
      },
    };

    await failure(createClient({ ...world, directory: slow }, ANOTHER));

    expect(world.checks.waiting.length).toBe(looks + 1);
  });

  test("is finished by who took it over, and its worker answers with that", async () => {
    const { directory } = world;
    const slow = {
      ...directory,
      create: async (...given: Parameters<typeof directory.create>) => {
        const answer = await directory.create(...given);
        await world.settleAgain();
        return answer;
      },
    };

    const created = await createClient({ ...world, directory: slow }, ANOTHER);

    expect(created).toMatchObject({ ok: true, value: { id: directory.all()[1]?.id } });
    expect(await placesOf(world)).toBe(2);
    expect(directory.all()).toHaveLength(2);
  });
});
