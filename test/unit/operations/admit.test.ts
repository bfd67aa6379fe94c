import { beforeEach, describe, expect, test } from "vitest";
import { clientEtag } from "../../../shared/clients/client.ts";
import { createClient } from "../../../shared/operations/clients/create-client.ts";
import { deleteClient } from "../../../shared/operations/clients/delete-client.ts";
import { renameClient } from "../../../shared/operations/clients/rename-client.ts";
import { addSecret } from "../../../shared/operations/credentials/add-secret.ts";
import { type ClientWorld, clientWorld, THE_REQUEST } from "../../support/client-world.ts";
import { failure } from "../../support/failure.ts";
import { abandoned, placesOf, RECONCILE_AFTER_MS, underWay } from "../../support/product.ts";
import { ANN } from "../../support/samples.ts";

let world: ClientWorld;
beforeEach(async () => {
  world = await clientWorld();
});

const aSecret = (fingerprint = THE_REQUEST.fingerprint) =>
  world.aSecret({ idempotency: { ...THE_REQUEST, fingerprint } });

describe("one transaction", () => {
  test("counts the change, holds the client and takes the key, or does none of it", async () => {
    const before = await world.writes();
    // The client changes between the read and the transaction, and with it its version.
    world.clientsTable.nextTransact(async (perform) => {
      const found = await world.records.client("contoso", world.client.id);
      if (!found) throw new Error("It was there");
      await world.records.save({ ...world.client, revision: 2 }, found.version);
      const answer = await perform();
      expect(answer).toEqual({ done: false, at: 2 });
      expect(await world.writes()).toBe(before);
      expect(await underWay(world)).toEqual([]);
      expect(await world.operations.key("contoso", "key")).toBeUndefined();
      return answer;
    });

    expect((await addSecret(world, aSecret())).ok).toBe(true);
    expect(await world.writes()).toBe(before + 1);
  });

  test("that met another account is tried again under that one", async () => {
    const before = await world.writes();
    world.clientsTable.nextTransact(async (perform) => {
      await world.chargeElsewhere();
      return perform();
    });

    expect((await world.rename()).ok).toBe(true);
    expect(await world.writes()).toBe(before + 2);
  });

  test("is tried again when the service does not say what it met", async () => {
    world.clientsTable.nextTransact(async () => {
      await world.chargeElsewhere();
      return { done: false };
    });

    expect((await world.rename()).ok).toBe(true);
    expect(await underWay(world)).toEqual([]);
  });

  test("that never gets through ends in an outage of which nothing is left", async () => {
    for (let times = 0; times < 24; times += 1)
      world.clientsTable.nextTransact(async (perform) => {
        await world.chargeElsewhere();
        return perform();
      });

    expect(await failure(world.rename())).toMatchObject({ service: "records", executed: "no" });
    expect(await underWay(world)).toEqual([]);
    expect(world.checks.waiting).toEqual([]);
  });

  test("looks again whether the caller's ETag still is the client's", async () => {
    world.clientsTable.nextTransact(async (perform) => {
      const found = await world.records.client("contoso", world.client.id);
      await world.records.save({ ...world.client, revision: 2 }, found?.version ?? "");
      return perform();
    });

    const etag = clientEtag({ ...world.client, revision: 2 });
    expect(await world.rename("Renamed", clientEtag(world.client))).toEqual({
      ok: false,
      refusal: { reason: "precondition-failed", etag },
    });
    expect(await underWay(world)).toEqual([]);
  });

  test("finds out that the client has gone", async () => {
    world.clientsTable.nextTransact(async (perform) => {
      await world.records.remove(world.client, world.runtime.now());
      return perform();
    });

    expect(await world.rename()).toEqual({ ok: false, refusal: { reason: "not-found" } });
    expect(await underWay(world)).toEqual([]);
  });
});

describe("a client that another operation holds", () => {
  const holding = (changes = {}) =>
    abandoned(world, { kind: "delete", clientId: world.client.id }, changes).then((held) => {
      // As young as if it had just begun.
      world.runtime.pass(-RECONCILE_AFTER_MS);
      return held;
    });

  test("is waited for 3 s in all, and then the caller is told when to come again", async () => {
    const held = await holding();

    const took = await world.elapsed(async () => {
      expect(await world.rename()).toEqual({
        ok: false,
        refusal: { reason: "client-busy", retryAfterSeconds: RECONCILE_AFTER_MS / 1000 - 3 },
      });
    });

    expect(took).toBe(3_000);
    expect((await underWay(world)).map(({ operationId }) => operationId)).toEqual([
      held.entry.operationId,
    ]);
    expect(world.checks.waiting).toEqual([]);
  });

  test("is changed as soon as it is free, as it is by then", async () => {
    const held = await holding();
    const pauses: number[] = [];
    const runtime = {
      ...world.runtime,
      pause: async (milliseconds: number) => {
        pauses.push(milliseconds);
        if (pauses.length < 2) return;
        const found = await world.records.client("contoso", world.client.id);
        await world.records.save({ ...world.client, revision: 7 }, found?.version ?? "");
        await world.operations.end(held, { activity: [] });
      },
    };

    const renamed = await renameClient({ ...world, runtime }, { ...world.own, displayName: "New" });

    expect(renamed).toMatchObject({ ok: true, value: { revision: 8 } });
    expect(pauses).toEqual([100, 200]);
  });

  test("is changed when it is free: whoever goes by the times of events finds the last change to be the last", async () => {
    const held = await holding();
    let isFirst = true;
    const runtime = {
      ...world.runtime,
      pause: async (milliseconds: number) => {
        world.runtime.pass(milliseconds);
        if (!isFirst) return;
        isFirst = false;
        await world.operations.end(held, { activity: [] });
        await world.rename("Overtakes");
        world.runtime.pass(1);
      },
    };

    await renameClient({ ...world, runtime }, { ...world.own, displayName: "Has waited" });

    const told = world.events.published.toSorted((a, b) => a.time.localeCompare(b.time));
    expect(told.at(-1)?.data).toEqual({ displayName: "Has waited" });
    expect(await world.record()).toMatchObject({ displayName: "Has waited" });
  });

  test("is freed by whoever waits, when its holder has abandoned it", async () => {
    await abandoned(world, { kind: "rename", clientId: world.client.id, displayName: "First" });

    expect((await world.rename("Second")).ok).toBe(true);
    const found = await world.records.client("contoso", world.client.id);
    expect(found?.record).toMatchObject({ displayName: "Second", revision: 3 });
    expect(world.directory.all()[0]?.displayName).toBe("Second");
  });

  test("whose abandoned holder cannot be ended now is busy, and nothing is said of an outage", async () => {
    await abandoned(world, { kind: "rename", clientId: world.client.id, displayName: "First" });
    world.directory.answerNext("rename", { kind: "unknown", retryAfterSeconds: 7 });

    expect(await world.rename("Second")).toMatchObject({
      ok: false,
      refusal: { reason: "client-busy", retryAfterSeconds: RECONCILE_AFTER_MS / 1000 - 3 },
    });
    expect(await underWay(world)).toHaveLength(1);
  });

  test("that is being created and deleted leaves nobody waiting for ever", async () => {
    await abandoned(world, { kind: "delete", clientId: world.client.id });
    world.directory.answerNext("delete", { kind: "refused", refusal: { reason: "absent" } });

    // "Not there" is not believed yet, so the delete goes on holding the client.
    expect(await world.rename()).toMatchObject({ ok: false, refusal: { reason: "client-busy" } });
  });
});

test("two changes of one client wait for each other, and both are made", async () => {
  const both = await Promise.all([world.rename("One"), world.rename("Two")]);

  expect(both.map(({ ok }) => ok)).toEqual([true, true]);
  expect((await world.records.client("contoso", world.client.id))?.record.revision).toBe(3);
});

test("many creates at once stop exactly at the limit", async () => {
  const limits = { maxClients: 3, writesPerMinute: 100, maxDeleted: 100 };
  const request = {
    subscription: "fabrikam",
    by: ANN,
    displayName: "A client",
    roles: ["api.read"],
    requestedBy: "Ann",
  } as const;

  const answers = await Promise.all(
    Array.from({ length: 10 }, () => createClient({ ...world, limits }, request)),
  );

  expect(answers.filter(({ ok }) => ok)).toHaveLength(3);
  expect(await placesOf(world, "fabrikam")).toBe(3);
});

test("a subscription changes things so often a minute and no more", async () => {
  const deps = { ...world, limits: { maxClients: 10, writesPerMinute: 3, maxDeleted: 100 } };
  const next = (displayName: string) => renameClient(deps, { ...world.own, displayName });
  // The create was the first of this minute.
  const answers = [await next("1"), await next("2"), await next("3")];
  world.runtime.pass(60_000);
  answers.push(await next("4"));

  expect(answers.map((answer) => (answer.ok ? "done" : answer.refusal.reason))).toEqual([
    "done",
    "done",
    "rate-limited",
    "done",
  ]);
});

test("what is another's is not found, costs them nothing, and nobody asks the directory", async () => {
  const foreign = { subscription: "fabrikam", by: ANN, clientId: world.client.id };
  const never = (): never => {
    throw new Error("The directory was asked");
  };
  const { directory } = world;
  const deps = {
    ...world,
    directory: { ...directory, rename: never, delete: never, addSecret: never },
  };

  const answers = [
    await renameClient(deps, { ...foreign, displayName: "Mine" }),
    await deleteClient(deps, foreign),
    await addSecret(deps, { ...aSecret(), ...foreign }),
  ];

  expect(answers.map((answer) => !answer.ok && answer.refusal.reason)).toEqual(
    answers.map(() => "not-found"),
  );
  expect((await world.operations.account("fabrikam")).account.writes).toBe(0);
});
