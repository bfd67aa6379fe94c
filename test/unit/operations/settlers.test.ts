import { beforeEach, describe, expect, test } from "vitest";
import { RemoteUnavailable } from "../../../shared/base/unavailable.ts";
import { type DirectoryRefusal, DirectoryRefused } from "../../../shared/clients/ports.ts";
import { createClient } from "../../../shared/operations/create-client.ts";
import type { Held, Operation } from "../../../shared/operations/operation.ts";
import type { DirectoryChange } from "../../doubles/memory-directory.ts";
import {
  ANOTHER,
  aCreate,
  type ClientWorld,
  clientWorld,
  THE_REQUEST,
} from "../../support/client-world.ts";
import { failure } from "../../support/failure.ts";
import { abandoned, aClient, placesOf, underWay } from "../../support/product.ts";
import { later, newId } from "../../support/samples.ts";

/** What becomes of an operation that its worker has abandoned. */

let world: ClientWorld;
beforeEach(async () => {
  world = await clientWorld();
});

const refused = (refusal: DirectoryRefusal) => ({ kind: "refused", refusal }) as const;

const operations = {
  create: (): Operation => aCreate("key"),
  rename: (): Operation => ({ kind: "rename", clientId: world.client.id, displayName: "New" }),
  delete: (): Operation => ({ kind: "delete", clientId: world.client.id }),
  setDisabled: (): Operation => ({
    kind: "suspend",
    clientId: world.client.id,
    reason: "A leaked secret",
  }),
  removeSecret: (): Operation => ({
    kind: "remove-secret",
    clientId: world.client.id,
    keyId: newId(),
  }),
};

describe.each(["rename", "delete", "removeSecret", "setDisabled"] as const)(
  "an abandoned %s",
  (change) => {
    const abandon = () => abandoned(world, operations[change]());

    test.each(["not-now", "unknown"] as const)(
      "stays under way when the directory answers %s",
      async (kind) => {
        const held = await abandon();
        world.directory.answerNext(change, { kind, retryAfterSeconds: 5, throttled: false });

        expect(await failure(world.settle(held))).toBeInstanceOf(RemoteUnavailable);
        expect(await underWay(world)).toMatchObject([{ turn: 1 }]);
        expect(world.told()).toEqual([]);
      },
    );

    test("is believed to have lost its client when the directory says so twice", async () => {
      const held = await abandon();
      const absent = refused({ reason: "absent" });
      world.directory.answerNext(change, absent);
      world.directory.answerNext(change, absent);

      expect(await world.settle(held)).toBe("waiting");
      expect(await underWay(world)).toMatchObject([{ turn: 1 }]);
      expect(await world.settleAgain()).toBe(change === "delete" ? "finished" : "undone");
      expect(await underWay(world)).toEqual([]);
      expect(world.told()).toEqual(change === "delete" ? ["client.deleted"] : []);
    });

    test("that the directory refuses for good has not happened, and nobody is told of it", async () => {
      const held = await abandon();
      world.directory.answerNext(change, refused({ reason: "not-ours" }));

      expect(await world.settle(held)).toBe("undone");
      expect(await underWay(world)).toEqual([]);
      expect(await world.record()).toEqual(world.client);
      expect(await placesOf(world)).toBe(1);
      expect(world.told()).toEqual([]);
      expect(world.unlisted).toEqual([]);
    });

    test("of a client that has gone since is no change any more", async () => {
      const held = await abandon();
      await world.records.remove(world.client, world.runtime.now());
      await world.directory.delete(world.client.id, world.client);

      const settled = await world.settle(held);

      // A removal asks the directory, which may be late.
      if (change === "removeSecret")
        expect([settled, await world.settleAgain()]).toEqual(["waiting", "undone"]);
      else expect(settled).toBe("undone");
      expect(await underWay(world)).toEqual([]);
      expect(await placesOf(world)).toBe(0);
      expect(world.told()).toEqual([]);
    });

    test("is settled by one of two", async () => {
      const held = await abandon();
      world.directory.answerNext(change, refused({ reason: "absent" }));

      const settled = await Promise.all([world.settle(held), world.settle(held)]);

      expect(settled).toEqual(["waiting", "waiting"]);
      expect(await underWay(world)).toMatchObject([{ turn: 1 }]);
    });
  },
);

test("an abandoned suspension is made, recorded with the time of its admission, and told of", async () => {
  const held = await abandoned(world, operations.setDisabled());

  expect(await world.settle(held)).toBe("finished");
  expect(world.directory.all()[0]?.disabled).toBe(true);
  expect(await world.record()).toEqual({
    ...world.client,
    revision: 2,
    suspended: { by: "operator", reason: "A leaked secret", at: held.entry.startedAt },
  });
  expect(world.told()).toEqual(["client.suspended"]);
});

test("an abandoned rename is made, recorded and told of", async () => {
  const held = await abandoned(world, operations.rename());

  expect(await world.settle(held)).toBe("finished");
  expect(world.directory.all()[0]?.displayName).toBe("New");
  expect(await world.record()).toEqual({ ...world.client, displayName: "New", revision: 2 });
  expect(world.told()).toEqual(["client.renamed"]);
});

test("an abandoned rename keeps what somebody else has changed of the client meanwhile", async () => {
  const held = await abandoned(world, operations.rename());
  const decided = { ...world.client, revision: 2, roles: ["api.write"] as const };
  world.clientsTable.nextTransact(async (perform) => {
    const found = await world.records.client("contoso", world.client.id);
    await world.records.save(decided, found?.version ?? "");
    return perform();
  });

  expect(await world.settle(held)).toBe("finished");
  expect(await world.record()).toEqual({ ...decided, displayName: "New", revision: 3 });
});

test("an abandoned delete is made, gives the place back, is told of and taken off the list", async () => {
  const held = await abandoned(world, operations.delete());

  expect(await world.settle(held)).toBe("finished");
  expect(world.directory.all()).toEqual([]);
  expect(await world.record()).toBeUndefined();
  expect(await placesOf(world)).toBe(0);
  expect(world.told()).toEqual(["client.deleted"]);
  expect(world.unlisted.map(({ id }) => id)).toEqual([world.client.id]);
});

test("a place is given back once, when two find out at once that the client has gone", async () => {
  await aClient(world);
  const held = await abandoned(world, operations.delete());
  world.clientsTable.nextTransact(async (perform) => {
    await world.records.remove(world.client, world.runtime.now());
    return perform();
  });

  expect(await world.settle(held)).toBe("finished");
  expect(await placesOf(world)).toBe(1);
});

const knownToBeGone = async (keyId: string | undefined) =>
  (await world.clientsTable.get("contoso", `secret:${world.client.id}:${keyId}`))?.row["goneAt"] !==
  undefined;

test.each([
  ["done", undefined],
  ["said to be done before", refused({ reason: "secret-absent" })],
])("an abandoned removal that is %s has happened, and is told of", async (_, answer) => {
  const secret = {
    displayName: "Old",
    createdAt: later(0),
    expiresAt: later(1000),
  };
  const added = await world.directory.addSecret(world.client.id, secret, world.client);
  const keyId = added.kind === "done" ? added.value.keyId : "";
  const held = await abandoned(world, { kind: "remove-secret", clientId: world.client.id, keyId });
  if (answer) world.directory.answerNext("removeSecret", answer);

  expect(await world.settle(held)).toBe("finished");
  expect(world.told()).toEqual(["secret.removed"]);
  expect(await knownToBeGone(keyId)).toBe(true);
  expect(await underWay(world)).toEqual([]);
});

describe("an abandoned create", () => {
  const abandon = () => abandoned(world, operations.create());
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
      { type: "secret.removed", clientId: world.client.id, data: { keyId: lost } },
    ]);
    expect(await knownToBeGone(lost)).toBe(true);
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

  test.each(["absent", "secret-absent"] as const)(
    "that is %s when it is to be removed is gone",
    async (reason) => {
      await add("Lost");
      const held = await abandon();
      world.directory.answerNext("removeSecret", refused({ reason }));

      expect(await world.settle(held)).toBe("undone");
      expect(await underWay(world)).toEqual([]);
    },
  );

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

test.each<DirectoryChange>(["rename", "delete"])(
  "who has lost a %s while settling it ends nothing",
  async (change) => {
    const held = await abandoned(world, operations[change === "rename" ? "rename" : "delete"]());
    const { directory } = world;
    const take = async () => {
      const [now] = await world.operations.allUnderWay("contoso");
      if (now) await world.operations.take(now, world.runtime.now());
    };
    const original = directory[change].bind(directory) as (...given: never[]) => Promise<unknown>;
    Object.assign(directory, {
      [change]: async (...given: never[]) => {
        const answer = await original(...given);
        await take();
        return answer;
      },
    });

    expect(await failure(world.settle(held))).toBeInstanceOf(RemoteUnavailable);
    expect(await underWay(world)).toMatchObject([{ turn: 2 }]);
    expect(await world.record()).toEqual(world.client);
  },
);
