import { beforeEach, describe, expect, test } from "vitest";
import type { Transacted } from "../../../shared/adapters/records/table.ts";
import { RemoteUnavailable } from "../../../shared/base/unavailable.ts";
import { createClient } from "../../../shared/operations/clients/create-client.ts";
import { restoreClient } from "../../../shared/operations/clients/restore-client.ts";
import { type ClientWorld, clientWorld, THE_REQUEST } from "../../support/client-world.ts";
import { failure } from "../../support/failure.ts";
import { placesOf, underWay } from "../../support/product.ts";
import { ANN } from "../../support/samples.ts";

let world: ClientWorld;
beforeEach(async () => {
  world = await clientWorld();
});

/** The transaction is done and its answer lost; the service is asked again and says what it finds by then. */
const losing =
  (meanwhile: () => Promise<unknown>, refused: Transacted) =>
  async (perform: () => Promise<Transacted>): Promise<Transacted> => {
    await perform();
    await meanwhile();
    return refused;
  };

describe("an admission whose answer was lost", () => {
  const account: Transacted = { done: false, at: 0 };
  const busy: Transacted = { done: false, at: 1 };
  const unsaid: Transacted = { done: false };

  test.each([
    ["the account, changed by others meanwhile", account],
    ["an operation that holds the client: its own", busy],
    ["something it does not say", unsaid],
  ])("goes on when the service then names %s, and is counted once", async (_, refused) => {
    const before = await world.writes();
    world.clientsTable.nextTransact(losing(world.chargeElsewhere, refused));

    const took = await world.elapsed(async () => expect((await world.rename()).ok).toBe(true));

    // It did not wait for itself.
    expect(took).toBeLessThan(100);
    // Ours, and somebody else's.
    expect(await world.writes()).toBe(before + 2);
    expect(await underWay(world)).toEqual([]);
    expect((await world.records.client("contoso", world.client.id))?.record.revision).toBe(2);
  });

  test.each([
    ["the account, changed by others meanwhile", account],
    ["nothing, for all of it was found done", undefined],
  ])("brings a deleted client back when the service then names %s", async (_, refused) => {
    await world.delete();
    world.clientsTable.nextTransact(async (perform) => {
      const answer = await perform();
      if (!answer.done) throw new Error("It was to be done");
      if (!refused)
        return { ...answer, etags: answer.etags.map((etag, at) => (at === 1 ? undefined : etag)) };
      await world.chargeElsewhere();
      return refused;
    });

    const restored = await restoreClient(world, { ...world.own, as: "customer" });

    expect(restored).toMatchObject({ ok: true });
    expect(await underWay(world)).toEqual([]);
    expect(await placesOf(world)).toBe(1);
  });

  test("goes on with a create as well, and its one place", async () => {
    world.clientsTable.nextTransact(losing(world.chargeElsewhere, account));

    expect((await world.create({ idempotency: THE_REQUEST })).ok).toBe(true);
    expect(await placesOf(world)).toBe(2);
    expect(world.directory.all()).toHaveLength(2);
  });

  test("goes on though it has itself used up what the limits allow", async () => {
    const limits = { maxClients: 2, writesPerMinute: 100, maxDeleted: 100 };
    world.clientsTable.nextTransact(losing(world.chargeElsewhere, account));

    const created = await createClient(
      { ...world, limits },
      {
        subscription: "contoso",
        by: ANN,
        displayName: "Last",
        roles: ["api.read"],
        requestedBy: "Ann",
      },
    );

    expect(created.ok).toBe(true);
    expect(await placesOf(world)).toBe(2);
    expect(await underWay(world)).toEqual([]);
  });

  test("is looked after when the records fail before it is known", async () => {
    world.clientsTable.nextTransact(losing(world.chargeElsewhere, account));
    world.clientsTable.nextGet("busy:", async () => {
      throw new RemoteUnavailable("records", { executed: "no" });
    });

    const error = await failure(world.rename());

    expect(error).toMatchObject({ service: "records", executed: "unknown" });
    const [entry] = await underWay(world);
    expect(world.checks.waiting).toMatchObject([{ body: { operationId: entry?.operationId } }]);
  });

  test("is no such thing when the records refused it at the door: nothing is left", async () => {
    world.clientsTable.nextTransact(async () => {
      throw new RemoteUnavailable("records", { executed: "no" });
    });

    expect(await failure(world.rename())).toMatchObject({ executed: "no" });
    expect(world.checks.waiting).toEqual([]);
  });

  test("is looked after when the answer stays unknown", async () => {
    world.clientsTable.nextTransact(async (perform) => {
      await perform();
      throw new RemoteUnavailable("records", { executed: "unknown" });
    });

    expect(await failure(world.rename())).toMatchObject({ executed: "unknown" });
    expect(await underWay(world)).toHaveLength(1);
    expect(world.checks.waiting).toHaveLength(1);
  });
});
