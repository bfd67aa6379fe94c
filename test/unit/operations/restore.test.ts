import { beforeEach, describe, expect, test } from "vitest";
import { RemoteUnavailable } from "../../../shared/base/unavailable.ts";
import { listDeleted } from "../../../shared/clients/list-deleted.ts";
import { createClient } from "../../../shared/operations/clients/create-client.ts";
import { deleteClient } from "../../../shared/operations/clients/delete-client.ts";
import { findDeleted } from "../../../shared/operations/clients/find-deleted.ts";
import { restoreClient } from "../../../shared/operations/clients/restore-client.ts";
import { suspendClient } from "../../../shared/operations/clients/suspend-client.ts";
import { beginRun } from "../../../shared/operations/whole/begin-run.ts";
import { type ClientWorld, clientWorld, THE_REQUEST } from "../../support/client-world.ts";
import { failure } from "../../support/failure.ts";
import {
  abandoned,
  aClient,
  placesOf,
  RECONCILE_AFTER_MS,
  testProduct,
  underWay,
} from "../../support/product.ts";
import { ANN, later, OLGA } from "../../support/samples.ts";

/** What was deleted by mistake comes back, whatever happens on the way; what is purged never does. */

let world: ClientWorld;
let keyId: string;
beforeEach(async () => {
  world = await clientWorld(testProduct({ maxClients: 2, maxDeleted: 3 }));
  ({ keyId } = await world.added({ displayName: "Kept", lifetimeDays: 90 }));
  await world.delete();
  world.runtime.pass(60_000);
});

const restore = (request: object = {}) =>
  restoreClient(world, { ...world.own, as: "customer", ...request });
const operators = () => restore({ as: "operator", by: OLGA });
const deleted = () => listDeleted(world, { subscription: "contoso", limit: 10 });
/** Since the client was deleted. */
const told = () => world.told().slice(2);
const refusedAs = (reason: string) => ({ ok: false, refusal: { reason } });
const LONG_AGO = { createdAt: new Date(0) };
/** By hand, in the directory. */
const byHand = () => world.directory.restore(world.client.id, LONG_AGO);

describe("a client that its customer brings back", () => {
  test("is as it was, with its secrets, and waits for its consent anew", async () => {
    expect((await deleted()).items).toMatchObject([{ record: { id: world.client.id } }]);
    const at = world.runtime.now();

    const restored = await restore();

    const operationId = restored.ok ? restored.value.record.operationId : "";
    const { noWebhook: _, ...before } = world.client;
    const expected = {
      ...before,
      operationId,
      revision: 2,
      restoredAt: at,
      requester: ANN.actor,
      secrets: [{ keyId, expiresAt: later(90 * 86_400_000, world.client.createdAt) }],
      consent: { ...world.client.consent, requestedAt: at, dueAt: later(86_400_000, at) },
    };
    expect(restored).toMatchObject({ ok: true, value: { record: expected } });
    expect(await world.record()).toEqual(expected);
    expect(world.directory.all()).toMatchObject([{ id: world.client.id, secrets: [{ keyId }] }]);
    expect(await deleted()).toEqual({ items: [] });
    expect([await placesOf(world), await world.countedDeleted()]).toEqual([1, 0]);
    expect(told()).toEqual(["client.restored"]);
    expect(world.consentQueue.sent.at(-1)).toMatchObject({
      body: {
        ...{ type: "consent.requested", version: 2, operationId, subscription: "contoso" },
        clientId: world.client.id,
      },
      at: later(1_000, at),
    });
  });

  test("may be deleted again, which is told of as another deletion", async () => {
    await restore();
    await world.delete();

    expect(told()).toEqual(["client.restored", "client.deleted"]);
    expect(await world.countedDeleted()).toBe(1);
    expect(await restore()).toMatchObject({ ok: true });
  });

  test("keeps a decision that was against it, and what it was stopped for", async () => {
    await restore();
    const owned = await world.records.client("contoso", world.client.id);
    if (!owned) throw new Error("It is not back");
    const rejected = { ...owned.record.consent, state: "rejected" as const, reason: "Unknown" };
    await world.records.save({ ...owned.record, consent: rejected }, owned.version);
    await suspendClient(world, { ...world.own, reason: "A leaked secret" });
    await world.delete();

    await restore();

    expect(await world.record()).toMatchObject({
      consent: rejected,
      suspended: { by: "operator", reason: "A leaked secret" },
    });
    const back = world.events.published.filter(({ type }) => type === "client.restored");
    expect(back.map(({ data }) => data["state"])).toEqual(["active", "suspended"]);
    expect(world.directory.all()).toMatchObject([{ disabled: true }]);
  });

  test("was stopped with its subscription and goes on with it, though it was away", async () => {
    await restore();
    const { operationId } = await beginRun(world, {
      ...{ kind: "suspend-subscription", subscription: "contoso" },
      ...{ by: OLGA, reason: "Not paid" },
    });
    const whole = { ...world.own, reason: "Not paid", withSubscription: operationId };
    await suspendClient(world, whole);
    await world.delete();
    expect(await restore()).toMatchObject(refusedAs("subscription-blocked"));
    expect(await operators()).toMatchObject(refusedAs("subscription-blocked"));
    await beginRun(world, { kind: "resume-subscription", subscription: "contoso", by: OLGA });

    expect(await restore()).toMatchObject({ ok: true });

    expect(await world.record()).not.toHaveProperty("suspended");
    expect(world.directory.all()).toMatchObject([{ disabled: false }]);
  });

  test("is answered again under its key, and not brought back twice", async () => {
    const idempotency = THE_REQUEST;
    await restore({ idempotency });

    expect(await restore({ idempotency })).toMatchObject({
      ok: true,
      replayed: true,
      value: { record: await world.record() },
    });
    expect(await restore()).toMatchObject(refusedAs("not-found"));
  });
});

test("a client that is back is as new to the directory as one that was just made, and is waited for as such", async () => {
  world.runtime.pass(86_400_000);
  await restore();
  const restoredAt = world.runtime.now();
  const expected: Date[] = [];
  const { directory } = world;
  const noted = {
    ...directory,
    delete: async (...asked: Parameters<typeof directory.delete>) => {
      expected.push(asked[1].createdAt);
      return directory.delete(...asked);
    },
  };

  await deleteClient({ ...world, directory: noted }, world.own);

  // A replica that does not have it yet would be taken for one that has deleted it: it would live on, and nobody would own it.
  expect(expected).toEqual([restoredAt]);
});

describe("the quota", () => {
  test("has to have a place for it, whoever asks", async () => {
    await aClient(world);
    await aClient(world);

    expect(await restore()).toMatchObject(refusedAs("client-limit-reached"));
    expect(await operators()).toMatchObject(refusedAs("client-limit-reached"));
    expect(world.directory.all()).toHaveLength(2);
  });

  test("of deleted clients is no reason against a restore, which makes room", async () => {
    for (let index = 0; index < 2; index += 1) {
      const { id: clientId } = await aClient(world);
      await deleteClient(world, { ...world.own, clientId });
    }
    const another = { subscription: "contoso", displayName: "B", roles: ["api.read"] as const };
    const create = () => createClient(world, { ...another, requestedBy: "Ann", by: ANN });
    expect(await create()).toMatchObject(refusedAs("deleted-limit-reached"));

    expect(await restore()).toMatchObject({ ok: true });

    expect(await create()).toMatchObject({ ok: true });
  });

  test("is charged to customers, and to operators only in places", async () => {
    world = await clientWorld(testProduct({ writesPerMinute: 1 }));
    world.runtime.pass(60_000);
    await world.delete();

    expect(await restore()).toMatchObject(refusedAs("rate-limited"));
    expect(await operators()).toMatchObject({ ok: true });
    expect(await placesOf(world)).toBe(1);
  });
});

describe("what the directory answers", () => {
  test("that it keeps it no more ends the client for good", async () => {
    await world.directory.purge(world.client.id, LONG_AGO);

    expect(await restore()).toEqual(refusedAs("client-gone"));

    expect(await deleted()).toEqual({ items: [] });
    expect([await placesOf(world), await world.countedDeleted()]).toEqual([0, 0]);
    expect(world.events.published.at(-1)).toMatchObject({
      type: "client.purged",
      data: { by: "directory" },
    });
  });

  test("somebody has brought it back there already: it is taken as that", async () => {
    await byHand();

    expect(await restore()).toMatchObject({ ok: true, value: { shown: { secrets: [{ keyId }] } } });
    expect(await world.record()).toMatchObject({ id: world.client.id });
  });

  test("by a replica that has not heard of the delete yet is not taken for its being back", async () => {
    const { directory } = world;
    directory.answerNext("restore", { kind: "refused", refusal: { reason: "absent" } });
    const shown = { ...world.client, secrets: [], certificates: [], disabled: false };
    const late = { ...world, directory: { ...directory, get: async () => shown } };

    const restored = await restoreClient(late, { ...world.own, as: "customer" });

    expect(restored.ok).toBe(true);

    expect(directory.all()).toMatchObject([{ id: world.client.id }]);
  });

  test.each(["not-ours", "directory-full", "name-not-allowed"] as const)(
    "%s: nothing has happened, the place is free and operators hear of what only they can mend",
    async (reason) => {
      world.directory.answerNext("restore", { kind: "refused", refusal: { reason } });

      expect(await restore()).toMatchObject({ ok: false });

      expect((await deleted()).items).toHaveLength(1);
      expect([await placesOf(world), await world.countedDeleted()]).toEqual([0, 1]);
      expect(await underWay(world)).toEqual([]);
      const reported = world.checks.waiting.filter(
        ({ body }) => body.type === "operation.incident",
      );
      expect(reported).toHaveLength(reason === "name-not-allowed" ? 0 : 1);
    },
  );

  test("not now: nothing has happened, and the caller comes again", async () => {
    world.directory.answerNext("restore", {
      ...{ kind: "not-now", retryAfterSeconds: 5, throttled: true },
    });

    expect(await failure(restore())).toBeInstanceOf(RemoteUnavailable);
    expect([await placesOf(world), await underWay(world)]).toEqual([0, []]);
    expect(await restore()).toMatchObject({ ok: true });
  });

  test("is lost: whoever takes it over finds that it was done", async () => {
    world.directory.answerNext("restore", { kind: "unknown", retryAfterSeconds: 5 }, true);
    expect(await failure(restore())).toBeInstanceOf(RemoteUnavailable);
    world.runtime.pass(RECONCILE_AFTER_MS);

    expect(await world.settleAgain()).toBe("finished");

    // It is back since now, and so long nobody has been asked.
    const back = world.runtime.now();
    expect(await world.record()).toMatchObject({
      ...{ id: world.client.id, requester: ANN.actor, restoredAt: back },
      consent: { requestedAt: back },
    });
    expect([await placesOf(world), await world.countedDeleted()]).toEqual([1, 0]);
  });
});

describe("a restore that its host has left", () => {
  const begun = () =>
    abandoned(world, {
      ...{ kind: "restore", clientId: world.client.id },
      ...{ as: "customer", keyHash: "key" },
    });

  test("is made, told of, and looked at, and its answer is kept", async () => {
    expect(await world.settle(await begun())).toBe("finished");

    expect(await world.record()).toMatchObject({ id: world.client.id });
    expect(told()).toEqual(["client.restored"]);
    expect(world.consentQueue.sent.at(-1)?.body).toMatchObject({ type: "consent.requested" });
    const idempotency = THE_REQUEST;
    expect(await restore({ idempotency })).toMatchObject({ replayed: true });
  });

  test("of what the directory keeps no more gives its place back once that is believed", async () => {
    const held = await begun();
    await world.directory.purge(world.client.id, LONG_AGO);

    expect(await world.settle(held)).toBe("waiting");
    expect(await world.settleAgain()).toBe("undone");

    expect(await deleted()).toEqual({ items: [] });
    expect([await placesOf(world), await world.countedDeleted()]).toEqual([0, 0]);
    expect(await world.key()).toBeUndefined();
  });

  test("that the directory refuses has not happened, and keeps no place", async () => {
    const held = await begun();
    world.directory.answerNext("restore", { kind: "refused", refusal: { reason: "not-ours" } });

    expect(await world.settle(held)).toBe("undone");

    expect([await placesOf(world), await world.countedDeleted()]).toEqual([0, 1]);
    expect(told()).toEqual([]);
  });

  test("is tried again while the directory is away", async () => {
    const held = await begun();
    world.directory.answerNext("restore", { kind: "unknown", retryAfterSeconds: 5 });

    expect(await failure(world.settle(held))).toBeInstanceOf(RemoteUnavailable);
    expect(await world.settleAgain()).toBe("finished");
  });
});

test("a deleted client is found by its id alone, and one that is not deleted is not", async () => {
  expect(await findDeleted(world, world.client.id)).toMatchObject({
    ok: true,
    value: { record: { subscription: "contoso" } },
  });
  await byHand();
  expect(await findDeleted(world, world.client.id)).toMatchObject({ ok: true });
  await restore();
  expect(await findDeleted(world, world.client.id)).toEqual(refusedAs("not-found"));
});

test("what is older than 30 days is listed no more", async () => {
  world.runtime.pass(29 * 86_400_000);
  expect((await deleted()).items).toHaveLength(1);
  world.runtime.pass(86_400_000);
  expect((await deleted()).items).toEqual([]);
});
