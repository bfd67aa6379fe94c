import { beforeEach, describe, expect, test } from "vitest";
import { DirectoryRefused } from "../../../shared/clients/ports.ts";
import type { Operation } from "../../../shared/operations/admission/operation.ts";
import { resumeClient, suspendClient } from "../../../shared/operations/clients/suspend-client.ts";
import { retryParked } from "../../../shared/operations/settling/parked.ts";
import { beginRun } from "../../../shared/operations/whole/begin-run.ts";
import { type ClientWorld, clientWorld } from "../../support/client-world.ts";
import { abandoned } from "../../support/product.ts";
import { OLGA } from "../../support/samples.ts";

/** A stop, its end, or a delete that was set aside, and is tried again when somebody has said otherwise meanwhile. */

let world: ClientWorld;
beforeEach(async () => {
  world = await clientWorld();
});

const UNDONE = { ok: true, value: "undone" };
const run = (kind: "suspend-subscription" | "resume-subscription" | "cancel-offboard") =>
  beginRun(world, { kind, subscription: "contoso", by: OLGA, reason: "Not paid" });
const offboard = () =>
  beginRun(world, {
    ...{ kind: "offboard-subscription", subscription: "contoso", by: OLGA },
    ...{ reason: "The contract has ended", graceMs: 86_400_000 },
  });
const disabled = () => world.directory.all().map((one) => one.disabled);

/** @param carriedOut the directory did it before it would not say so */
async function setAside(operation: Exclude<Operation, { kind: "create" }>, carriedOut: boolean) {
  const { setDisabled, delete: remove } = world.directory;
  const lost = async (work: () => Promise<unknown>): Promise<never> => {
    if (carriedOut) await work();
    throw new DirectoryRefused({ reason: "not-ours" });
  };
  const held = await abandoned(world, operation);
  world.directory.setDisabled = (...asked) => lost(() => setDisabled(...asked));
  world.directory.delete = (...asked) => lost(() => remove(...asked));
  expect(await world.settle(held)).toBe("parked");
  Object.assign(world.directory, { setDisabled, delete: remove });
  return () => retryParked(world, held.entry.operationId, OLGA);
}

describe.each([false, true])("set aside, and done before: %s", (carriedOut) => {
  test("a customer's resume does not end what an operator has stopped since", async () => {
    const clientId = world.client.id;
    await suspendClient(world, { ...world.own, as: "customer", reason: "Mine" });
    const retry = await setAside({ kind: "resume", clientId, as: "customer" }, carriedOut);
    await suspendClient(world, { ...world.own, by: OLGA, reason: "A leaked secret" });
    const told = world.told();

    expect(await retry()).toEqual(UNDONE);

    expect(await world.record()).toMatchObject({ suspended: { reason: "A leaked secret" } });
    expect(disabled()).toEqual([true]);
    expect(world.told().slice(told.length)).toEqual(["operation.retried"]);
  });

  test("an operator's resume does not let go on what its subscription has been stopped with since", async () => {
    const clientId = world.client.id;
    await suspendClient(world, { ...world.own, by: OLGA, reason: "A leaked secret" });
    const retry = await setAside({ kind: "resume", clientId }, carriedOut);
    await run("suspend-subscription");

    expect(await retry()).toEqual(UNDONE);

    expect(await world.record()).toMatchObject({ suspended: { reason: "A leaked secret" } });
    expect(disabled()).toEqual([true]);
  });

  test.each([
    ["operator", true],
    ["operator", false],
    ["customer", true],
  ] as const)(
    "a stop of one client (by its %s) is made though all have been stopped since (and go on: %s)",
    async (as, goesOn) => {
      const clientId = world.client.id;
      const stop = { kind: "suspend", clientId, reason: "A leaked secret", as } as const;
      const retry = await setAside(stop, carriedOut);
      world.runtime.pass(60_000);
      const step = { ...world.own, by: OLGA, reason: "Not paid" };
      const { operationId: withSubscription } = await run("suspend-subscription");
      await suspendClient(world, { ...step, withSubscription });
      if (goesOn) {
        const { operationId } = await run("resume-subscription");
        await resumeClient(world, { ...step, withSubscription: operationId });
        world.runtime.pass(60_000);
      }

      expect(await retry()).toEqual({ ok: true, value: "finished" });

      const { suspended } = (await world.record()) ?? {};
      expect(suspended).toMatchObject({ by: as, reason: "A leaked secret" });
      expect(suspended).not.toHaveProperty("withSubscription");
      expect(disabled()).toEqual([true]);
      // Whoever follows events goes by their times.
      const told = world.events.published.filter(({ type }) => /^client\.(sus|res)/.test(type));
      const byTime = told.toSorted((a, b) => Date.parse(a.time) - Date.parse(b.time));
      expect(byTime.at(-1)).toMatchObject({ type: "client.suspended", data: { by: as } });
    },
  );

  test("a customer's own, and its end, are made though an operator's has come and gone since", async () => {
    const clientId = world.client.id;
    await suspendClient(world, { ...world.own, as: "customer", reason: "Mine" });
    const retry = await setAside({ kind: "resume", clientId, as: "customer" }, carriedOut);
    await suspendClient(world, { ...world.own, by: OLGA, reason: "A leaked secret" });
    await resumeClient(world, { ...world.own, by: OLGA });
    expect(await world.record()).toMatchObject({ suspended: { by: "customer" } });

    expect(await retry()).toEqual({ ok: true, value: "finished" });

    expect(await world.record()).not.toHaveProperty("suspended");
    expect(disabled()).toEqual([false]);
  });

  test("a customer's own is in force when their subscription, stopped since, goes on", async () => {
    const clientId = world.client.id;
    const stop = { kind: "suspend", clientId, reason: "Leaked", as: "customer" } as const;
    const retry = await setAside(stop, carriedOut);
    const step = { ...world.own, by: OLGA };
    const { operationId: withSubscription } = await run("suspend-subscription");
    await suspendClient(world, { ...step, reason: "Not paid", withSubscription });
    expect(await retry()).toEqual({ ok: true, value: "finished" });
    expect(await world.record()).toMatchObject({ suspended: { by: "operator", withSubscription } });

    const { operationId } = await run("resume-subscription");
    await resumeClient(world, { ...step, withSubscription: operationId });

    expect((await world.record())?.suspended).toMatchObject({ by: "customer", reason: "Leaked" });
    expect(disabled()).toEqual([true]);
    const last = world.events.published.filter(({ type }) => type.startsWith("client.")).at(-1);
    expect(last).toMatchObject({ type: "client.suspended", data: { by: "customer" } });
  });

  test("a stop with the whole subscription does not stop a client of one that goes on", async () => {
    const { operationId: withSubscription } = await run("suspend-subscription");
    const clientId = world.client.id;
    const stop = { kind: "suspend", clientId, reason: "Not paid", withSubscription } as const;
    const retry = await setAside(stop, carriedOut);
    await run("resume-subscription");

    expect(await retry()).toEqual(UNDONE);

    expect(await world.record()).not.toHaveProperty("suspended");
    expect(disabled()).toEqual([false]);
  });

  test("the delete of a customer's end is no longer made where that was called off", async () => {
    const { operationId: withSubscription } = await offboard();
    const clientId = world.client.id;
    const retry = await setAside({ kind: "delete", clientId, withSubscription }, carriedOut);
    await run("cancel-offboard");

    // What the directory has deleted by then has happened.
    expect(await retry()).toEqual({ ok: true, value: carriedOut ? "finished" : "undone" });

    expect(world.directory.all()).toHaveLength(carriedOut ? 0 : 1);
    expect((await world.record()) === undefined).toBe(carriedOut);
  });

  test("a delete is told of after what was done to the client meanwhile", async () => {
    const retry = await setAside({ kind: "delete", clientId: world.client.id }, carriedOut);
    world.runtime.pass(60_000);
    await suspendClient(world, { ...world.own, by: OLGA, reason: "A leaked secret" });
    world.runtime.pass(60_000);
    await resumeClient(world, { ...world.own, by: OLGA });
    world.runtime.pass(60_000);

    expect(await retry()).toEqual({ ok: true, value: "finished" });

    // Whoever follows events goes by their times.
    const told = world.events.published.filter(({ type }) => type.startsWith("client."));
    const byTime = told.toSorted((a, b) => Date.parse(a.time) - Date.parse(b.time));
    expect(byTime.at(-1)).toMatchObject({ type: "client.deleted" });
  });

  test("what nobody has said otherwise of is done", async () => {
    const clientId = world.client.id;
    await suspendClient(world, { ...world.own, by: OLGA, reason: "A leaked secret" });
    const retry = await setAside({ kind: "resume", clientId }, carriedOut);

    expect(await retry()).toEqual({ ok: true, value: "finished" });

    expect(await world.record()).not.toHaveProperty("suspended");
    expect(disabled()).toEqual([false]);
    expect(await resumeClient(world, { ...world.own, by: OLGA })).toMatchObject({ ok: true });
  });
});

test("a delete of a customer's end is not undone because a replica has not heard of it", async () => {
  const { operationId: withSubscription } = await offboard();
  const clientId = world.client.id;
  const held = await abandoned(world, { kind: "delete", clientId, withSubscription });
  const { get } = world.directory;
  const asItWas = await get(clientId, { createdAt: new Date(0) });
  await world.directory.delete(clientId, { createdAt: new Date(0) });
  await run("cancel-offboard");
  world.directory.get = () => Promise.resolve(asItWas);

  expect(await world.settle(held)).toBe("waiting");

  world.directory.get = get;
  const [left] = await world.operations.allUnderWay("contoso");
  expect(left && (await world.settle(left))).toBe("finished");
  expect(await world.record()).toBeUndefined();
});
