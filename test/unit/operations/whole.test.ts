import { beforeEach, describe, expect, test } from "vitest";
import { RemoteUnavailable } from "../../../shared/base/unavailable.ts";
import { createClient } from "../../../shared/operations/clients/create-client.ts";
import { deleteClient } from "../../../shared/operations/clients/delete-client.ts";
import { resumeClient, suspendClient } from "../../../shared/operations/clients/suspend-client.ts";
import { addSecret } from "../../../shared/operations/credentials/add-secret.ts";
import { beginRun } from "../../../shared/operations/whole/begin-run.ts";
import { type StepDeps, takeStep } from "../../../shared/operations/whole/take-step.ts";
import { abandoned, aClient, RECONCILE_AFTER_MS } from "../../support/product.ts";
import { type RunWorld, runWorld } from "../../support/run-world.ts";
import { ANN, OLGA } from "../../support/samples.ts";

const WRITES = 60;

let world: RunWorld;
beforeEach(() => {
  world = runWorld({ directoryWritesPerMinute: WRITES });
});

describe("a subscription that is suspended", () => {
  test("has all of its clients stopped, one by one, below half of the directory's writes", async () => {
    await world.threeClients();
    const startedAt = world.runtime.now().getTime();

    const run = await world.suspend();
    expect(run).toMatchObject({ state: "running", done: 0, kind: "suspend-subscription" });
    await world.work();

    expect(world.disabled()).toEqual([true, true, true]);
    expect(await world.runOf(run)).toMatchObject({ state: "done", done: 3, total: 3, errors: [] });
    const tookMs = world.runtime.now().getTime() - startedAt;
    expect(tookMs).toBeGreaterThanOrEqual(2 * (60_000 / (WRITES / 2)));
    expect(world.told().toSorted()).toEqual([
      ...Array.from({ length: 3 }, () => "client.suspended"),
      "subscription.suspended",
    ]);
  });

  test("is not called off, nor let go on, by a message that names another subscription", async () => {
    await world.threeClients();
    const run = await world.suspend();
    await world.work(1);
    const message = world.nextMessage();
    if (!message) throw new Error("No step was scheduled");

    const forged = { ...message, subscription: "fabrikam", step: message.step + 5 };
    expect(await takeStep(world, forged)).toBe("ended");

    expect(await world.runOf(run)).toMatchObject({ state: "running", done: 1 });
    await takeStep(world, message);
    await world.work();
    expect(await world.runOf(run)).toMatchObject({ state: "done", done: 3 });
  });

  test("is told of although a worker dies as soon as its turn is taken, and told once", async () => {
    await world.threeClients();
    const { operationId } = await world.suspend();
    const message = world.nextMessage();
    if (!message) throw new Error("No step was scheduled");
    const save: typeof world.runs.save = async (run, version) => {
      await world.runs.save(run, version);
      throw new Error("Died");
    };
    await expect(takeStep({ ...world, runs: { ...world.runs, save } }, message)).rejects.toThrow(
      "Died",
    );
    // The queue gives the message to another worker.
    await takeStep(world, message);
    await world.work();

    expect(world.told().filter((type) => type === "subscription.suspended")).toHaveLength(1);
    const notices = world.checks.waiting.filter(({ body }) => body.type === "stop.notice");
    expect(notices.map(({ body }) => body)).toMatchObject([
      {
        ...{ id: `${operationId}:subscription.suspended`, operationId, subscription: "contoso" },
        ...{ action: "subscription.suspended", reason: "Not paid", by: OLGA.actor },
      },
    ]);
  });

  test("changes a client once, though two steps have found it as it was", async () => {
    const [{ id: clientId }] = await world.threeClients();
    const step = { subscription: "contoso", clientId, by: OLGA };
    const { operationId } = await world.suspend();
    const stop = { ...step, reason: "Not paid", withSubscription: operationId };
    const stopped = await Promise.all([suspendClient(world, stop), suspendClient(world, stop)]);
    const again = await suspendClient(world, stop);
    expect([...stopped, again].filter(({ ok }) => ok)).toHaveLength(1);
    expect(again).toMatchObject({ refusal: { reason: "client-busy" } });

    const resumed = await world.resume();
    const go = { ...step, withSubscription: resumed.operationId };
    const going = [await resumeClient(world, go), await resumeClient(world, go)];
    expect(going.map(({ ok }) => ok)).toEqual([true, false]);

    const ofClient = world.told().filter((type) => type.startsWith("client."));
    expect(ofClient.filter((type) => type !== "client.created")).toEqual([
      "client.suspended",
      "client.resumed",
    ]);
  });

  test("makes no client and no secret from the first moment on, and its customer is told why", async () => {
    const [client] = await world.threeClients();
    await world.suspend();

    const because = "Not paid";
    expect(await createClient(world, world.aNewClient())).toEqual({
      ok: false,
      refusal: { reason: "subscription-blocked", because },
    });
    const request = { subscription: "contoso", clientId: client.id, by: ANN };
    const secret = { ...request, displayName: "A", lifetimeDays: 1 };
    expect(await addSecret(world, secret)).toEqual({
      ok: false,
      refusal: { reason: "client-suspended", because },
    });
    expect((await deleteClient(world, request)).ok).toBe(true);
  });

  test("has a client stopped too whose create was under way", async () => {
    await world.threeClients();
    const held = await abandoned(world, {
      ...{ kind: "create", displayName: "Late", roles: ["api.read"], requestedBy: "Ann" },
    });
    const { operationId } = held.entry;
    await world.directory.create({ operationId, ...world.aNewClient() });
    const run = await world.suspend();

    await world.work(6);
    expect(await world.runOf(run)).toMatchObject({ state: "running", done: 3 });
    await world.settle(held);
    await world.work();

    expect(world.disabled()).toEqual([true, true, true, true]);
    expect(await world.runOf(run)).toMatchObject({ state: "done", done: 4, total: 4 });
  });

  test("is not doubled by two hosts that take every message twice", async () => {
    await world.threeClients();
    const run = await world.suspend();
    for (let message = world.nextMessage(); message; message = world.nextMessage()) {
      const once = message;
      await Promise.all([takeStep(world, once), takeStep(world, once)]);
      await takeStep(world, once);
    }

    expect(await world.runOf(run)).toMatchObject({ state: "done", done: 3, total: 3 });
    expect(world.told().filter((type) => type === "client.suspended")).toHaveLength(3);
    expect(world.told().filter((type) => type === "subscription.suspended")).toHaveLength(1);
  });

  test("leaves its customer's own stops as they were when it goes on", async () => {
    const [first, second] = await world.threeClients();
    const own = { subscription: "contoso", clientId: first.id, by: OLGA };
    await suspendClient(world, { ...own, reason: "A leaked secret" });
    await world.suspend();
    await world.work();
    const early = await resumeClient(world, { ...own, clientId: second.id });
    expect(early).toMatchObject({ ok: false, refusal: { reason: "subscription-suspended" } });

    const run = await world.resume();
    await world.work();

    expect(world.disabled()).toEqual([true, false, false]);
    const record = (await world.records.client("contoso", first.id))?.record;
    expect(record?.suspended?.reason).toBe("A leaked secret");
    expect(await world.runOf(run)).toMatchObject({ state: "done", done: 3, total: 3 });
    expect((await createClient(world, world.aNewClient())).ok).toBe(true);
  });

  test("that is resumed meanwhile is called off, and what was stopped goes on", async () => {
    await world.threeClients();
    const suspended = await world.suspend();
    await world.work(2);
    expect(world.disabled().filter(Boolean)).toHaveLength(2);

    const resumed = await world.resume();
    await world.work();

    expect(await world.runOf(suspended)).toMatchObject({ state: "cancelled" });
    expect(await world.runOf(resumed)).toMatchObject({ state: "done", done: 3, total: 3 });
    expect(world.disabled()).toEqual([false, false, false]);
  });

  test("names the clients that the directory does not let it change, and operators are told", async () => {
    await world.threeClients();
    world.directory.answerNext("setDisabled", {
      kind: "refused",
      refusal: { reason: "not-ours" },
    });

    const run = await world.suspend();
    await world.work();

    const ended = await world.runOf(run);
    expect(ended).toMatchObject({ state: "done", done: 2, total: 3 });
    expect(ended?.errors).toMatchObject([{ problem: "client-not-managed" }]);
    const reasons = world.checks.waiting.flatMap(({ body }) =>
      body.type === "operation.incident" ? [body.reason] : [],
    );
    expect(reasons).toContain("stop-incomplete");

    const again = await world.suspend();
    await world.work();
    expect(again.operationId).not.toBe(run.operationId);
    expect(await world.runOf(again)).toMatchObject({ state: "done", done: 3, errors: [] });
  });

  test("goes on after an outage of the directory, ever more seldom while it lasts", async () => {
    await world.threeClients();
    const run = await world.suspend();
    const notNow = { kind: "not-now", retryAfterSeconds: 5, throttled: false } as const;
    for (let at = 0; at < 5; at += 1) world.directory.answerNext("setDisabled", notNow);

    await world.work(6);
    expect(await world.runOf(run)).toMatchObject({ state: "running", errors: [] });
    await world.work();

    expect(await world.runOf(run)).toMatchObject({ state: "done", done: 3, errors: [] });
  });

  test.each(["account", "stop", "runs", "list"] as const)(
    "goes on when a step dies at the tables (%s)",
    async (where) => {
      await world.threeClients();
      const run = await world.suspend();
      const dies = async (): Promise<never> => {
        throw new RemoteUnavailable("records", { executed: "unknown" });
      };
      const broken: StepDeps = {
        ...world,
        operations: {
          ...world.operations,
          ...(where === "account" && { account: dies }),
          ...(where === "stop" && { end: dies }),
        },
        runs: { ...world.runs, ...(where === "runs" && { save: dies }) },
        records: { ...world.records, ...(where === "list" && { list: dies }) },
      };
      await world.work(2, broken);
      world.runtime.pass(RECONCILE_AFTER_MS);
      for (const held of await world.operations.allUnderWay("contoso")) await world.settle(held);

      await world.work();

      expect(world.disabled()).toEqual([true, true, true]);
      expect(await world.runOf(run)).toMatchObject({ state: "done", done: 3 });
    },
  );

  test("that died before the account said so has not happened", async () => {
    await world.threeClients();
    const stop = async (): Promise<never> => {
      throw new RemoteUnavailable("records", { executed: "no" });
    };
    const deps = { ...world, operations: { ...world.operations, stop } };
    const request = { kind: "suspend-subscription", subscription: "contoso", by: OLGA } as const;
    await expect(beginRun(deps, { ...request, reason: "Not paid" })).rejects.toThrow();

    await world.work();

    expect(world.disabled()).toEqual([false, false, false]);
    expect(world.told()).toEqual([]);
    expect((await createClient(world, world.aNewClient())).ok).toBe(true);
  });
});

test("a step costs one directory call's worth of table requests, however many clients there are", async () => {
  for (let at = 0; at < 6; at += 1) await aClient(world);
  await world.suspend();
  await world.work(1);
  world.clientsTable.forget();
  world.journalTable.forget();

  await world.work(1);

  expect(world.disabled().filter(Boolean)).toHaveLength(2);
  const calls = [...world.clientsTable.calls, ...world.journalTable.calls];
  // Those of the change itself are four.
  expect(calls).toHaveLength(9);
});
