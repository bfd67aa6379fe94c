import { beforeEach, describe, expect, test } from "vitest";
import { createClient } from "../../../shared/operations/clients/create-client.ts";
import { addSecret } from "../../../shared/operations/credentials/add-secret.ts";
import { takeStep } from "../../../shared/operations/whole/take-step.ts";
import { abandoned } from "../../support/product.ts";
import { type RunWorld, runWorld } from "../../support/run-world.ts";
import { ANN, newId, OLGA } from "../../support/samples.ts";

const WRITES = 60;

let world: RunWorld;
beforeEach(() => {
  world = runWorld({ directoryWritesPerMinute: WRITES });
});

describe("a subscription that is blocked", () => {
  test("makes no more clients, and all else goes on", async () => {
    const [client] = await world.threeClients();
    const run = await world.begin("block-subscription", "Too many clients");
    await world.work();

    expect(await createClient(world, world.aNewClient())).toEqual({
      ok: false,
      refusal: { reason: "subscription-blocked", because: "Too many clients" },
    });
    const secret = { clientId: client.id, displayName: "A", lifetimeDays: 1 };
    expect((await addSecret(world, { subscription: "contoso", by: ANN, ...secret })).ok).toBe(true);
    expect(await world.runOf(run)).toMatchObject({ state: "done" });
    expect(world.disabled()).toEqual([false, false, false]);

    await world.begin("unblock-subscription");
    await world.work();
    expect((await createClient(world, world.aNewClient())).ok).toBe(true);
    expect(world.told()).toEqual([
      "subscription.blocked",
      "secret.created",
      "subscription.unblocked",
    ]);
  });

  test("stays so when it is suspended and resumed", async () => {
    await world.begin("block-subscription", "Too many clients");
    await world.suspend();
    await world.resume();
    await world.work();

    const { account } = await world.operations.account("contoso");
    expect(account).toMatchObject({ blocked: { reason: "Too many clients" } });
    expect(account.suspended).toBeUndefined();
  });

  test("and one that is no more, leaves stopped clients as they are, and waits for nobody", async () => {
    const [first] = await world.threeClients();
    await world.suspend();
    await world.work();
    const restore = { kind: "restore", clientId: first.id } as const;
    await world.records.remove(first, world.runtime.now());
    await abandoned(world, restore);

    for (const kind of ["block-subscription", "unblock-subscription"] as const) {
      const run = await world.begin(kind, kind === "block-subscription" ? "Too many" : undefined);
      const next = world.nextMessage();
      expect(next && (await takeStep(world, next))).toBe("done");
      expect(await world.runOf(run)).toMatchObject({ state: "done", done: 0, total: 0 });
      expect(world.disabled()).toEqual([true, true, true]);
    }
  });
});

test("asked for again, it is answered with the operation that has done it, and nothing is done twice", async () => {
  await world.threeClients();
  const first = await world.suspend();
  const early = await world.suspend();
  await world.work();
  const late = await world.suspend();

  expect([early.operationId, late.operationId]).toEqual([first.operationId, first.operationId]);
  expect(late.state).toBe("done");
  expect(await world.work()).toBe(0);
});

test("a create that was set aside, and is ended after its subscription was stopped, never gets a token", async () => {
  const create = { kind: "create", displayName: "Late", requestedBy: "Ann" } as const;
  const parkedAt = world.runtime.now();
  const held = await abandoned(world, { ...create, roles: ["api.read"] }, { parkedAt });
  const { operationId } = held.entry;
  await world.directory.create({ operationId, ...world.aNewClient() });
  const { account, version } = await world.operations.account("contoso");
  const stop = { operationId: newId(), reason: "Not paid", at: world.runtime.now() };
  const entry = { id: newId(), at: stop.at, by: OLGA, action: "subscription.suspended" };
  await world.operations.stop({ account: { ...account, suspended: stop }, version }, newId(), {
    ...{ ...entry, subscription: "contoso", outcome: "done" },
  });

  expect(await world.settle(held)).toBe("finished");

  expect(world.disabled()).toEqual([true]);
  const [record] = (await world.records.list("contoso", 1)).records;
  expect(record?.suspended).toMatchObject({ reason: "Not paid", by: "operator" });
  expect(world.told()).toEqual(["client.suspended"]);
  const { entries } = await world.activity.activity("contoso", {}, 10);
  expect(entries).toContainEqual(
    expect.objectContaining({ action: "client.suspended", clientId: record?.id, outcome: "done" }),
  );
});
