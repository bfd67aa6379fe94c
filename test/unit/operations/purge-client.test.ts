import { beforeEach, describe, expect, test } from "vitest";
import { RemoteUnavailable } from "../../../shared/base/unavailable.ts";
import { listDeleted } from "../../../shared/clients/list-deleted.ts";
import { deleteClient } from "../../../shared/operations/clients/delete-client.ts";
import { purgeClient } from "../../../shared/operations/clients/purge-client.ts";
import { restoreClient } from "../../../shared/operations/clients/restore-client.ts";
import { type ClientWorld, clientWorld } from "../../support/client-world.ts";
import { failure } from "../../support/failure.ts";
import { abandoned, RECONCILE_AFTER_MS, testProduct } from "../../support/product.ts";
import { newId, OLGA } from "../../support/samples.ts";

/** What was deleted by mistake comes back, whatever happens on the way; what is purged never does. */

let world: ClientWorld;
beforeEach(async () => {
  world = await clientWorld(testProduct({ maxClients: 2, maxDeleted: 3 }));
  await world.delete();
  world.runtime.pass(60_000);
});

const restore = (request: object = {}) =>
  restoreClient(world, { ...world.own, as: "customer", ...request });
const purge = () => purgeClient(world, { ...world.own, by: OLGA });
const deleted = () => listDeleted(world, { subscription: "contoso", limit: 10 });
const refusedAs = (reason: string) => ({ ok: false, refusal: { reason } });
const LONG_AGO = { createdAt: new Date(0) };
const absent = { kind: "refused", refusal: { reason: "absent" } } as const;
/** By hand, in the directory. */
const byHand = () => world.directory.restore(world.client.id, LONG_AGO);

describe("what an operator purges", () => {
  test("is gone for good, at nobody's charge, and makes room in the directory", async () => {
    expect(await purge()).toEqual({ ok: true, value: undefined });

    expect(await deleted()).toEqual({ items: [] });
    expect(await world.countedDeleted()).toBe(0);
    expect(await byHand()).toEqual(absent);
    expect(world.events.published.at(-1)).toMatchObject({
      type: "client.purged",
      data: { by: "operator" },
    });
    expect(await purge()).toMatchObject(refusedAs("not-found"));
  });

  test("is gone although somebody had brought it back in the directory", async () => {
    await byHand();

    expect(await purge()).toMatchObject({ ok: true });

    expect(world.directory.all()).toEqual([]);
    expect(await byHand()).toEqual(absent);
  });

  test("stays when the directory refuses, or cannot do it now", async () => {
    world.directory.answerNext("purge", { kind: "refused", refusal: { reason: "not-ours" } });
    expect(await purge()).toMatchObject(refusedAs("client-not-managed"));
    world.directory.answerNext("purge", {
      ...{ kind: "not-now", retryAfterSeconds: 5, throttled: false },
    });
    expect(await failure(purge())).toBeInstanceOf(RemoteUnavailable);

    expect((await deleted()).items).toHaveLength(1);
  });

  test("is purged by whoever takes it over", async () => {
    const held = await abandoned(world, { kind: "purge", clientId: world.client.id });
    world.directory.answerNext("purge", { kind: "unknown", retryAfterSeconds: 5 }, true);
    expect(await failure(world.settle(held))).toBeInstanceOf(RemoteUnavailable);

    expect(await world.settleAgain()).toBe("finished");

    expect(await deleted()).toEqual({ items: [] });
    expect(await world.countedDeleted()).toBe(0);
  });

  test("may be late: not there is believed when it is not there a second time", async () => {
    const held = await abandoned(world, { kind: "purge", clientId: world.client.id });
    await world.directory.purge(world.client.id, LONG_AGO);
    expect(await world.settle(held)).toBe("waiting");
    expect((await deleted()).items).toHaveLength(1);
    expect(await world.settleAgain()).toBe("finished");
    expect((await deleted()).items).toEqual([]);
  });

  test("waits for a directory that has just deleted it, and for no other", async () => {
    const { purge: asked } = world.directory;
    const since: (Date | undefined)[] = [];
    world.directory.purge = async (id, expected) => {
      since.push(expected.createdAt);
      return asked(id, expected);
    };
    await byHand();
    const at = world.runtime.now();
    expect(await purge()).toMatchObject({ ok: true });
    expect(since).toEqual([LONG_AGO.createdAt, at]);

    // Gone in the directory already, long after it was deleted.
    const other = await world.create();
    if (!other.ok) return expect.unreachable();
    const clientId = other.value.id;
    await deleteClient(world, { ...world.own, clientId });
    const deletedAt = world.runtime.now();
    await asked(clientId, LONG_AGO);
    world.runtime.pass(60_000);
    since.length = 0;
    expect(await purgeClient(world, { ...world.own, clientId, by: OLGA })).toMatchObject({
      ok: true,
    });
    expect(since[1]?.getTime()).toBeLessThanOrEqual(deletedAt.getTime());
  });

  test("is nothing to whoever takes over a purge of what nobody knows", async () => {
    const held = await abandoned(world, { kind: "purge", clientId: newId() });
    expect(await world.settle(held)).toBe("undone");
  });

  test("costs the account and the client; in, and out", async () => {
    world.clientsTable.forget();
    await purge();
    expect(world.clientsTable.calls).toHaveLength(4);
  });

  test("is not what has come back meanwhile", async () => {
    const held = await abandoned(world, { kind: "purge", clientId: world.client.id });
    await restore();
    world.runtime.pass(RECONCILE_AFTER_MS);
    expect(await world.settle(held)).toBe("waiting");
    expect(await world.record()).toBeUndefined();
  });
});
