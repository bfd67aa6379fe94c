import { beforeEach, describe, expect, test } from "vitest";
import { RemoteUnavailable } from "../../../shared/base/unavailable.ts";
import { type DirectoryRefusal, DirectoryRefused } from "../../../shared/clients/ports.ts";
import type { Operation } from "../../../shared/operations/admission/operation.ts";
import type { DirectoryChange } from "../../doubles/memory-directory.ts";
import { aCreate, type ClientWorld, clientWorld } from "../../support/client-world.ts";
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
      const held = await abandoned(world, operations[change](), { turn: 1 });
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

describe.each(["rename", "setDisabled"] as const)(
  "an abandoned %s that the directory refuses for good",
  (change) => {
    test("and has carried out before, has happened", async () => {
      const held = await abandoned(world, operations[change]());
      world.directory.answerNext(change, refused({ reason: "not-ours" }), true);

      expect(await world.settle(held)).toBe("finished");
      expect(await world.record()).toMatchObject(
        change === "rename" ? { displayName: "New" } : { suspended: { reason: "A leaked secret" } },
      );
      expect(world.told()).toEqual([change === "rename" ? "client.renamed" : "client.suspended"]);
    });

    test("and has carried out before, has happened though a replica that is late does not show it", async () => {
      const held = await abandoned(world, operations[change]());
      world.directory.answerNext(change, refused({ reason: "not-ours" }), true);
      world.directory.answerNext(change, refused({ reason: "not-ours" }));
      const [before] = structuredClone(world.directory.all());
      const { get } = world.directory;
      world.directory.get = async () => before;

      expect(await world.settle(held)).toBe("waiting");
      world.directory.get = get;
      expect(await world.settleAgain()).toBe("finished");

      expect(world.told()).toEqual([change === "rename" ? "client.renamed" : "client.suspended"]);
    });

    test("without showing how the client is, has not happened", async () => {
      const held = await abandoned(world, operations[change](), { turn: 1 });
      world.directory.answerNext(change, refused({ reason: "not-ours" }), true);
      world.directory.failNext("get", new DirectoryRefused({ reason: "not-ours" }));

      expect(await world.settle(held)).toBe("undone");
      expect(await world.record()).toEqual(world.client);
    });

    test("while nobody can say how the client is, stays under way", async () => {
      const held = await abandoned(world, operations[change]());
      world.directory.answerNext(change, refused({ reason: "not-ours" }));
      world.directory.failNext("get", new RemoteUnavailable("directory", { executed: "no" }));

      expect(await failure(world.settle(held))).toBeInstanceOf(RemoteUnavailable);
      expect(await underWay(world)).toMatchObject([{ turn: 1 }]);
    });
  },
);

test.each([
  ["of a while ago has happened", 400_000, "finished"],
  ["of a moment ago may not be shown yet, and is looked at again", 0, "waiting"],
] as const)(
  "an abandoned removal that was made, and is refused by now, %s",
  async (_, age, came) => {
    const { keyId } = await world.added();
    world.runtime.pass(age);
    const removal = { kind: "remove-secret", clientId: world.client.id, keyId } as const;
    const held = await abandoned(world, removal);
    world.directory.answerNext("removeSecret", refused({ reason: "not-ours" }), true);

    expect(await world.settle(held)).toBe(came);
    expect(await world.knownToBeGone(keyId)).toBe(came === "finished");
  },
);

test("an abandoned removal that was made a moment ago, and is refused by now, has happened once it would be shown", async () => {
  const { keyId } = await world.added();
  const removal = { kind: "remove-secret", clientId: world.client.id, keyId } as const;
  const held = await abandoned(world, removal);
  world.directory.answerNext("removeSecret", refused({ reason: "not-ours" }), true);
  world.directory.answerNext("removeSecret", refused({ reason: "not-ours" }));

  world.directory.answerNext("removeSecret", refused({ reason: "not-ours" }));

  expect(await world.settle(held)).toBe("waiting");
  world.runtime.pass(10_000);
  expect(await world.settleAgain()).toBe("waiting");
  world.runtime.pass(400_000);

  expect(await world.settleAgain()).toBe("finished");
  expect(await world.knownToBeGone(keyId)).toBe(true);
});

test("an abandoned removal that is refused, and was not made, has not happened", async () => {
  const { keyId } = await world.added();
  world.runtime.pass(400_000);
  const removal = { kind: "remove-secret", clientId: world.client.id, keyId } as const;
  const held = await abandoned(world, removal);
  world.directory.answerNext("removeSecret", refused({ reason: "not-ours" }));

  expect(await world.settle(held)).toBe("undone");
  expect(await world.knownToBeGone(keyId)).toBe(false);
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
  expect(await world.knownToBeGone(keyId)).toBe(true);
  expect(await underWay(world)).toEqual([]);
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
