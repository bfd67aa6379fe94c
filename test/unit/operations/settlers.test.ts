import { beforeEach, describe, expect, test } from "vitest";
import { RemoteUnavailable } from "../../../shared/base/unavailable.ts";
import type { ClientRecord } from "../../../shared/clients/client.ts";
import { type DirectoryRefusal, DirectoryRefused } from "../../../shared/clients/ports.ts";
import { createClient } from "../../../shared/operations/create-client.ts";
import type { Held, Operation } from "../../../shared/operations/operation.ts";
import type { DirectoryChange } from "../../doubles/memory-directory.ts";
import { failure } from "../../support/failure.ts";
import {
  abandoned,
  aClient,
  placesOf,
  type TestProduct,
  testProduct,
  underWay,
} from "../../support/product.ts";
import { ANN, later, newId } from "../../support/samples.ts";

/** What becomes of an operation that its worker has abandoned. */

let product: TestProduct;
let client: ClientRecord;
beforeEach(async () => {
  product = testProduct();
  client = await aClient(product);
});

const told = () => product.events.published.map(({ type }) => type);
const record = async () => (await product.records.client("contoso", client.id))?.record;
/** Once more, however often it has been taken up by now. */
async function settleAgain(): Promise<unknown> {
  const [held] = await product.operations.allUnderWay("contoso");
  if (!held) throw new Error("Nothing is under way");
  return product.settle(held);
}
const refused = (refusal: DirectoryRefusal) => ({ kind: "refused", refusal }) as const;
const key = () => product.operations.key("contoso", "key");

const operations = {
  create: (): Operation => ({
    kind: "create",
    displayName: "New",
    roles: ["api.read"],
    requestedBy: "Ann",
    keyHash: "key",
  }),
  rename: (): Operation => ({ kind: "rename", clientId: client.id, displayName: "New" }),
  delete: (): Operation => ({ kind: "delete", clientId: client.id }),
  setDisabled: (): Operation => ({
    kind: "suspend",
    clientId: client.id,
    reason: "A leaked secret",
  }),
  removeSecret: (): Operation => ({ kind: "remove-secret", clientId: client.id, keyId: newId() }),
};

describe.each(["rename", "delete", "removeSecret", "setDisabled"] as const)(
  "an abandoned %s",
  (change) => {
    const abandon = () => abandoned(product, operations[change]());

    test.each(["not-now", "unknown"] as const)(
      "stays under way when the directory answers %s",
      async (kind) => {
        const held = await abandon();
        product.directory.answerNext(change, { kind, retryAfterSeconds: 5, throttled: false });

        expect(await failure(product.settle(held))).toBeInstanceOf(RemoteUnavailable);
        expect(await underWay(product)).toMatchObject([{ turn: 1 }]);
        expect(told()).toEqual([]);
      },
    );

    test("is believed to have lost its client when the directory says so twice", async () => {
      const held = await abandon();
      const absent = refused({ reason: "absent" });
      product.directory.answerNext(change, absent);
      product.directory.answerNext(change, absent);

      expect(await product.settle(held)).toBe("waiting");
      expect(await underWay(product)).toMatchObject([{ turn: 1 }]);
      expect(await settleAgain()).toBe(change === "delete" ? "finished" : "undone");
      expect(await underWay(product)).toEqual([]);
      expect(told()).toEqual(change === "delete" ? ["client.deleted"] : []);
    });

    test("that the directory refuses for good has not happened, and nobody is told of it", async () => {
      const held = await abandon();
      product.directory.answerNext(change, refused({ reason: "not-ours" }));

      expect(await product.settle(held)).toBe("undone");
      expect(await underWay(product)).toEqual([]);
      expect(await record()).toEqual(client);
      expect(await placesOf(product)).toBe(1);
      expect(told()).toEqual([]);
      expect(product.unlisted).toEqual([]);
    });

    test("of a client that has gone since is no change any more", async () => {
      const held = await abandon();
      await product.records.remove(client, product.runtime.now());
      await product.directory.delete(client.id, client);

      const settled = await product.settle(held);

      // A removal asks the directory, which may be late.
      if (change === "removeSecret")
        expect([settled, await settleAgain()]).toEqual(["waiting", "undone"]);
      else expect(settled).toBe("undone");
      expect(await underWay(product)).toEqual([]);
      expect(await placesOf(product)).toBe(0);
      expect(told()).toEqual([]);
    });

    test("is settled by one of two", async () => {
      const held = await abandon();
      product.directory.answerNext(change, refused({ reason: "absent" }));

      const settled = await Promise.all([product.settle(held), product.settle(held)]);

      expect(settled).toEqual(["waiting", "waiting"]);
      expect(await underWay(product)).toMatchObject([{ turn: 1 }]);
    });
  },
);

test("an abandoned suspension is made, recorded with the time of its admission, and told of", async () => {
  const held = await abandoned(product, operations.setDisabled());

  expect(await product.settle(held)).toBe("finished");
  expect(product.directory.all()[0]?.disabled).toBe(true);
  expect(await record()).toEqual({
    ...client,
    revision: 2,
    suspended: { by: "operator", reason: "A leaked secret", at: held.entry.startedAt },
  });
  expect(told()).toEqual(["client.suspended"]);
});

test("an abandoned rename is made, recorded and told of", async () => {
  const held = await abandoned(product, operations.rename());

  expect(await product.settle(held)).toBe("finished");
  expect(product.directory.all()[0]?.displayName).toBe("New");
  expect(await record()).toEqual({ ...client, displayName: "New", revision: 2 });
  expect(told()).toEqual(["client.renamed"]);
});

test("an abandoned rename keeps what somebody else has changed of the client meanwhile", async () => {
  const held = await abandoned(product, operations.rename());
  const decided = { ...client, revision: 2, roles: ["api.write"] as const };
  product.clientsTable.nextTransact(async (perform) => {
    const found = await product.records.client("contoso", client.id);
    await product.records.save(decided, found?.version ?? "");
    return perform();
  });

  expect(await product.settle(held)).toBe("finished");
  expect(await record()).toEqual({ ...decided, displayName: "New", revision: 3 });
});

test("an abandoned delete is made, gives the place back, is told of and taken off the list", async () => {
  const held = await abandoned(product, operations.delete());

  expect(await product.settle(held)).toBe("finished");
  expect(product.directory.all()).toEqual([]);
  expect(await record()).toBeUndefined();
  expect(await placesOf(product)).toBe(0);
  expect(told()).toEqual(["client.deleted"]);
  expect(product.unlisted.map(({ id }) => id)).toEqual([client.id]);
});

test("a place is given back once, when two find out at once that the client has gone", async () => {
  await aClient(product);
  const held = await abandoned(product, operations.delete());
  product.clientsTable.nextTransact(async (perform) => {
    await product.records.remove(client, product.runtime.now());
    return perform();
  });

  expect(await product.settle(held)).toBe("finished");
  expect(await placesOf(product)).toBe(1);
});

const knownToBeGone = async (keyId: string | undefined) =>
  (await product.clientsTable.get("contoso", `secret:${client.id}:${keyId}`))?.row["goneAt"] !==
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
  const added = await product.directory.addSecret(client.id, secret, client);
  const keyId = added.kind === "done" ? added.value.keyId : "";
  const held = await abandoned(product, { kind: "remove-secret", clientId: client.id, keyId });
  if (answer) product.directory.answerNext("removeSecret", answer);

  expect(await product.settle(held)).toBe("finished");
  expect(told()).toEqual(["secret.removed"]);
  expect(await knownToBeGone(keyId)).toBe(true);
  expect(await underWay(product)).toEqual([]);
});

describe("an abandoned create", () => {
  const abandon = () => abandoned(product, operations.create());
  const make = (held: Held) =>
    product.directory.create({
      operationId: held.entry.operationId,
      subscription: "contoso",
      displayName: "New",
      roles: ["api.read"],
    });

  test("is finished by its tag, and its key answers with what it made", async () => {
    const held = await abandon();
    await make(held);

    expect(await product.settle(held)).toBe("finished");
    const made = await product.operations.made("contoso", held.entry.operationId);
    expect(made).toMatchObject({
      record: { id: product.directory.all()[1]?.id, displayName: "New" },
      requestedBy: "Ann",
    });
    expect((await key())?.key.result).toEqual({ clientId: made?.record.id });
    expect(await placesOf(product)).toBe(2);
    expect(await underWay(product)).toEqual([]);
    // Whoever takes the message of the create tells administrators.
    expect(told()).toEqual([]);
  });

  test("is undone after two looks, gives place and key back, and is watched for", async () => {
    const held = await abandon();

    expect(await product.settle(held)).toBe("waiting");
    expect(await key()).toBeDefined();
    expect(await settleAgain()).toBe("undone");
    expect(await key()).toBeUndefined();
    expect(await placesOf(product)).toBe(1);
    expect(await underWay(product)).toEqual([]);
    expect(product.checks.waiting).toMatchObject([
      { body: { type: "operation.check", operationId: held.entry.operationId, givenUp: true } },
    ]);
  });

  test("leaves the key to whoever has taken it since", async () => {
    const held = await abandon();
    product.runtime.pass(24 * 60 * 60 * 1000);
    await aClient(product, { idempotency: { keyHash: "key", fingerprint: "the request" } });
    const taken = (await key())?.key;

    await product.settle(held);
    const [left] = await product.operations.allUnderWay("contoso");
    if (left) await product.settle(left);

    expect((await key())?.key).toEqual(taken);
  });

  test("is set aside when the directory will not show it", async () => {
    const held = await abandon();
    product.directory.failNext("findByOperation", new DirectoryRefused({ reason: "not-ours" }));

    expect(await product.settle(held)).toBe("parked");
  });

  test("is undone by who took it over, and what its worker makes after that is deleted", async () => {
    const { directory } = product;
    const slow = {
      ...directory,
      create: async (...given: Parameters<typeof directory.create>) => {
        for (const _ of ["first", "second"]) await settleAgain();
        product.runtime.pass(1);
        return directory.create(...given);
      },
    };

    const error = await failure(
      createClient(
        { ...product, directory: slow },
        {
          subscription: "contoso",
          by: ANN,
          displayName: "Slow",
          roles: ["api.read"],
          requestedBy: "Ann",
        },
      ),
    );

    expect(error).toMatchObject({ service: "directory", executed: "no" });
    expect(directory.all().map(({ id }) => id)).toEqual([client.id]);
    expect(await placesOf(product)).toBe(1);
    // One look for whatever shows, from when it was undone; what was deleted needs none.
    expect(product.checks.waiting).toHaveLength(1);
  });

  test("is undone by who took it over, and what cannot be deleted then is found later", async () => {
    const { directory } = product;
    let looks = 0;
    const slow = {
      ...directory,
      create: async (...given: Parameters<typeof directory.create>) => {
        for (const _ of ["first", "second"]) await settleAgain();
        looks = product.checks.waiting.length;
        product.runtime.pass(1);
        directory.answerNext("delete", { kind: "unknown", retryAfterSeconds: 1 });
        return directory.create(...given);
      },
    };

    await failure(
      createClient(
        { ...product, directory: slow },
        {
          subscription: "contoso",
          by: ANN,
          displayName: "Slow",
          roles: ["api.read"],
          requestedBy: "Ann",
        },
      ),
    );

    expect(product.checks.waiting.length).toBe(looks + 1);
  });

  test("is finished by who took it over, and its worker answers with that", async () => {
    const { directory } = product;
    const slow = {
      ...directory,
      create: async (...given: Parameters<typeof directory.create>) => {
        const answer = await directory.create(...given);
        await settleAgain();
        return answer;
      },
    };

    const created = await createClient(
      { ...product, directory: slow },
      {
        subscription: "contoso",
        by: ANN,
        displayName: "Slow",
        roles: ["api.read"],
        requestedBy: "Ann",
      },
    );

    expect(created).toMatchObject({ ok: true, value: { id: directory.all()[1]?.id } });
    expect(await placesOf(product)).toBe(2);
    expect(directory.all()).toHaveLength(2);
  });
});

describe("an abandoned new secret", () => {
  const dates = { createdAt: later(0), expiresAt: later(86_400_000) };
  const abandon = () =>
    abandoned(product, {
      kind: "add-secret",
      clientId: client.id,
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
    const added = await product.directory.addSecret(client.id, secret, client);
    return added.kind === "done" ? added.value.keyId : "";
  };
  const left = async () =>
    (await product.directory.secretsOf(client.id, client))?.map(({ keyId }) => keyId);

  test.each([
    ["another name", "Kept", dates.createdAt, dates.expiresAt],
    ["another start", "Lost", later(1), dates.expiresAt],
    ["another end", "Lost", dates.createdAt, later(86_400_001)],
  ])("is withdrawn, and one of %s stays", async (_, name, createdAt, expiresAt) => {
    const kept = await add(name, createdAt, expiresAt);
    const held = await abandon();
    const lost = await add("Lost");

    expect(await product.settle(held)).toBe("undone");
    expect(await left()).toEqual([kept]);
    expect(product.events.published).toMatchObject([
      { type: "secret.removed", clientId: client.id, data: { keyId: lost } },
    ]);
    expect(await knownToBeGone(lost)).toBe(true);
    expect(await key()).toBeUndefined();
    expect(await underWay(product)).toEqual([]);
  });

  test("that the directory does not show is believed not to be there at the second look", async () => {
    const held = await abandon();

    expect(await product.settle(held)).toBe("waiting");
    expect(await key()).toBeDefined();
    expect(await settleAgain()).toBe("undone");
    expect(await key()).toBeUndefined();
    expect(told()).toEqual([]);
  });

  test("that shows at the second look is withdrawn then", async () => {
    const held = await abandon();
    await product.settle(held);
    await add("Lost");

    expect(await settleAgain()).toBe("undone");
    expect(await left()).toEqual([]);
  });

  test("of a client that has gone is no secret any more", async () => {
    const held = await abandon();
    await product.directory.delete(client.id, client);

    expect([await product.settle(held), await settleAgain()]).toEqual(["waiting", "undone"]);
    expect(told()).toEqual([]);
  });

  test.each(["absent", "secret-absent"] as const)(
    "that is %s when it is to be removed is gone",
    async (reason) => {
      await add("Lost");
      const held = await abandon();
      product.directory.answerNext("removeSecret", refused({ reason }));

      expect(await product.settle(held)).toBe("undone");
      expect(await underWay(product)).toEqual([]);
    },
  );

  test("that cannot be removed for good is set aside for operators", async () => {
    await add("Lost");
    const held = await abandon();
    product.directory.answerNext("removeSecret", refused({ reason: "not-ours" }));

    expect(await product.settle(held)).toBe("parked");
    expect(await key()).toBeDefined();
    expect(told()).toEqual(["operation.parked"]);
  });

  test.each(["not-now", "unknown"] as const)(
    "stays under way when its removal is answered %s",
    async (kind) => {
      await add("Lost");
      const held = await abandon();
      product.directory.answerNext("removeSecret", {
        kind,
        retryAfterSeconds: 5,
        throttled: false,
      });

      expect(await failure(product.settle(held))).toBeInstanceOf(RemoteUnavailable);
      expect(await underWay(product)).toHaveLength(1);
      expect(told()).toEqual([]);
    },
  );
});

test.each<DirectoryChange>(["rename", "delete"])(
  "who has lost a %s while settling it ends nothing",
  async (change) => {
    const held = await abandoned(product, operations[change === "rename" ? "rename" : "delete"]());
    const { directory } = product;
    const take = async () => {
      const [now] = await product.operations.allUnderWay("contoso");
      if (now) await product.operations.take(now, product.runtime.now());
    };
    const original = directory[change].bind(directory) as (...given: never[]) => Promise<unknown>;
    Object.assign(directory, {
      [change]: async (...given: never[]) => {
        const answer = await original(...given);
        await take();
        return answer;
      },
    });

    expect(await failure(product.settle(held))).toBeInstanceOf(RemoteUnavailable);
    expect(await underWay(product)).toMatchObject([{ turn: 2 }]);
    expect(await record()).toEqual(client);
  },
);
