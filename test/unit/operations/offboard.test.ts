import { beforeEach, describe, expect, test } from "vitest";
import { activityRecords } from "../../../shared/adapters/records/activity-records.ts";
import { RemoteUnavailable } from "../../../shared/base/unavailable.ts";
import { createClient } from "../../../shared/operations/clients/create-client.ts";
import { deleteClient } from "../../../shared/operations/clients/delete-client.ts";
import { suspendClient } from "../../../shared/operations/clients/suspend-client.ts";
import { type StepDeps, takeStep } from "../../../shared/operations/whole/take-step.ts";
import { takeUpLost } from "../../../shared/operations/whole/take-up-lost.ts";
import { GRACE_MS, type RunWorld, runWorld } from "../../support/run-world.ts";
import { ANN, OLGA } from "../../support/samples.ts";

/** The end of a customer, and its undoing. */

const WRITES = 60;
const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;

let world: RunWorld;
beforeEach(() => {
  world = runWorld({ directoryWritesPerMinute: WRITES, maxClients: 300 });
});

const offboard = (reason?: string) => world.offboard(reason);
const cancel = () => world.begin("cancel-offboard");
const told = (prefix: string) => world.told().filter((type) => type.startsWith(prefix));
const clients = async () => (await world.records.list("contoso", 1_000)).records;
const disabled = () => world.directory.all().filter((client) => client.disabled);
const deleted = async () => (await world.records.listDeleted("contoso", 1_000)).clients;

describe("a customer who is offboarded", () => {
  test("is suspended at once, has all clients stopped, and loses none before the grace is over", async () => {
    await world.threeClients();
    const run = await offboard();

    const deleteAt = new Date(run.createdAt.getTime() + GRACE_MS);
    const { account } = await world.operations.account("contoso");
    expect(account.suspended).toMatchObject({ operationId: run.operationId, deleteAt });
    expect(await aNew()).toMatchObject({ refusal: { reason: "subscription-blocked" } });
    await world.workFor(GRACE_MS - MINUTE_MS);

    expect(disabled()).toHaveLength(3);
    expect(await world.runOf(run)).toMatchObject({
      state: "running",
      stopped: true,
      done: 0,
      total: 3,
    });
    expect(await deleted()).toEqual([]);
    expect(told("subscription.")).toEqual(["subscription.offboarding"]);
  });

  test("is on record as ended once, though whoever noted it died before the operation was closed", async () => {
    await world.threeClients();
    const run = await offboard();
    const save: StepDeps["runs"]["save"] = async (next, version) => {
      if (next.state === "done") throw new RemoteUnavailable("records", { executed: "unknown" });
      return world.runs.save(next, version);
    };
    await world.workFor(GRACE_MS);
    await world.workFor(MINUTE_MS, { ...world, runs: { ...world.runs, save } });
    expect((await world.runOf(run))?.state).toBe("running");
    await world.work();

    expect((await world.runOf(run))?.state).toBe("done");
    const { entries } = await activityRecords(world.clientsTable).activity("contoso", {}, 1_000);
    const ends = entries.filter(({ action }) => action === "subscription.offboarded");
    expect(ends).toHaveLength(1);
  });

  test("and kept before anything was done has both told, to systems and to people", async () => {
    await world.threeClients();
    const run = await offboard();
    const kept = await cancel();
    await world.work();

    expect(await world.runOf(run)).toMatchObject({ state: "cancelled" });
    expect(await world.runOf(kept)).toMatchObject({ state: "done" });
    const both = ["subscription.offboarding", "subscription.offboard-cancelled"];
    expect(told("subscription.")).toEqual(both);
    const notices = world.checks.waiting.flatMap(({ body }) =>
      body.type === "stop.notice" ? [body.action] : [],
    );
    expect(notices).toEqual(both);
  });

  test("has all of them deleted after it, at nobody's charge, and stays closed", async () => {
    await world.threeClients();
    const run = await offboard();
    await world.workFor(GRACE_MS - MINUTE_MS);
    const before = (await world.operations.account("contoso")).account.writes;

    await world.workFor(DAY_MS);

    expect(await world.runOf(run)).toMatchObject({ state: "done", done: 3, total: 3, errors: [] });
    expect(world.directory.all()).toEqual([]);
    expect([await clients(), (await deleted()).length]).toEqual([[], 3]);
    const { account } = await world.operations.account("contoso");
    expect([account.clients, account.writes]).toEqual([0, before]);
    expect(await aNew()).toMatchObject({ refusal: { reason: "subscription-blocked" } });
    expect(told("subscription.")).toEqual(["subscription.offboarding", "subscription.offboarded"]);
    expect(told("client.deleted")).toHaveLength(3);
    expect(await world.workFor(DAY_MS)).toBe(0);
  });

  test.each(["resume-subscription", "cancel-offboard"] as const)(
    "and has ended is let in again by %s, which calls nothing off any more",
    async (kind) => {
      await world.threeClients();
      await offboard();
      await world.workFor(GRACE_MS + DAY_MS);

      const resumed = await world.begin(kind);
      await world.work();

      expect(resumed.kind).toBe("resume-subscription");
      expect(told("subscription.")).toEqual([
        "subscription.offboarding",
        "subscription.offboarded",
        "subscription.resumed",
      ]);
      expect(await aNew()).toMatchObject({ ok: true });
      expect((await world.resume()).operationId).toBe(resumed.operationId);
    },
  );

  test("is told to the other administrators, and so is that it is kept", async () => {
    await world.threeClients();
    await offboard();
    await world.workFor(MINUTE_MS);
    await cancel();
    await world.workFor(MINUTE_MS);

    const notices = world.checks.waiting.map(({ body }) => body);
    expect(notices.flatMap((it) => (it.type === "stop.notice" ? [it.action] : []))).toEqual([
      "subscription.offboarding",
      "subscription.offboard-cancelled",
    ]);
  });

  test("ends though its message was lost at any time, and is looked after by one chain of messages", async () => {
    await world.threeClients();
    const run = await offboard();
    const resumed = async () => (await takeUpLost({ ...sweeping, handle: take })).resumed;
    const take = (message: Parameters<typeof takeStep>[1]) => takeStep(world, message);
    const sweeping = { ...world, entryMs: 25_000 };
    world.lose();
    world.runtime.pass(10 * MINUTE_MS);
    expect([await resumed(), await resumed()]).toEqual([1, 0]);
    await world.workFor(DAY_MS);
    // Nobody takes a month of grace for a loss, nor the day that its message waits at a time.
    expect(await resumed()).toBe(0);

    world.lose();
    // The second time they come late all the same.
    for (let hour = 0; hour < 48; hour += 1) {
      world.runtime.pass(60 * MINUTE_MS);
      await resumed();
    }
    await world.workFor(DAY_MS);
    expect(await world.workFor(10 * DAY_MS)).toBeLessThanOrEqual(10);
    world.lose();
    world.runtime.pass(GRACE_MS);
    expect(await resumed()).toBe(1);
    await world.workFor(MINUTE_MS);
    world.lose();
    world.runtime.pass(60 * MINUTE_MS);
    await resumed();
    await world.workFor(DAY_MS);

    expect(await world.runOf(run)).toMatchObject({ state: "done", done: 3 });
    expect(told("client.deleted")).toHaveLength(3);
    world.runtime.pass(DAY_MS);
    expect(await resumed()).toBe(0);
  });

  test("may go on until then, with what was stopped with it and not what was stopped before", async () => {
    const [first] = await world.threeClients();
    const own = { subscription: "contoso", clientId: first.id, by: ANN, as: "customer" as const };
    await suspendClient(world, { ...own, reason: "Mine" });
    const run = await offboard();
    await world.workFor(DAY_MS);

    const kept = await cancel();
    await world.workFor(GRACE_MS);

    expect(kept.kind).toBe("cancel-offboard");
    expect(await world.runOf(run)).toMatchObject({ state: "cancelled" });
    expect(await world.runOf(kept)).toMatchObject({ state: "done", done: 3 });
    expect(disabled().map(({ id }) => id)).toEqual([first.id]);
    expect(await clients()).toHaveLength(3);
    expect(await aNew()).toMatchObject({ ok: true });
    expect(told("subscription.")).toEqual([
      "subscription.offboarding",
      "subscription.offboard-cancelled",
    ]);
    expect((await cancel()).operationId).toBe(kept.operationId);
  });

  test("keeps what is left when it is called off half-way", async () => {
    await world.threeClients();
    await offboard();
    await world.workFor(GRACE_MS - 1);
    for (let step = 0; step < 200 && (await deleted()).length === 0; step += 1)
      await world.workFor(500);

    await world.resume();
    await world.workFor(DAY_MS);

    expect([(await clients()).length, (await deleted()).length]).toEqual([2, 1]);
    expect(disabled()).toEqual([]);
    expect(told("subscription.").at(-1)).toBe("subscription.offboard-cancelled");
  });

  test("no delete is admitted once it is called off", async () => {
    const [client] = await world.threeClients();
    const { operationId: withSubscription } = await offboard();
    await cancel();

    const request = { subscription: "contoso", clientId: client.id, by: OLGA, withSubscription };
    expect(await deleteClient(world, request)).toMatchObject({
      refusal: { reason: "client-busy" },
    });
    expect(world.directory.all()).toHaveLength(3);
  });

  test("is the same one when it is asked for again, or suspended; another reason begins anew", async () => {
    await world.threeClients();
    const run = await offboard();

    expect((await offboard()).operationId).toBe(run.operationId);
    const suspended = await world.suspend();
    expect(suspended.operationId).toBe(run.operationId);
    expect((await offboard("Another")).operationId).not.toBe(run.operationId);
    await world.workFor(DAY_MS);
    expect(await world.runOf(run)).toMatchObject({ state: "cancelled" });
  });

  test("takes those along that were stopped with it before", async () => {
    await world.threeClients();
    await world.suspend();
    await world.workFor(DAY_MS);

    const run = await offboard();
    await world.workFor(GRACE_MS + DAY_MS);

    expect(await world.runOf(run)).toMatchObject({ state: "done", done: 3 });
    expect(world.directory.all()).toEqual([]);
  });

  test("is done with the others when the directory lets one not be deleted, which operators hear of", async () => {
    await world.threeClients();
    const run = await offboard();
    await world.workFor(GRACE_MS - MINUTE_MS);
    world.directory.answerNext("delete", { kind: "refused", refusal: { reason: "not-ours" } });

    await world.workFor(DAY_MS);

    expect(await world.runOf(run)).toMatchObject({
      state: "done",
      errors: [{ problem: "client-not-managed" }],
    });
    expect((await deleted()).length).toBe(2);
    expect(told("subscription.")).toEqual(["subscription.offboarding"]);
    const reported = world.checks.waiting.map(({ body }) => body);
    expect(reported).toContainEqual(expect.objectContaining({ reason: "stop-incomplete" }));
  });

  test("goes on after steps that died at any point, and deletes nobody twice", async () => {
    await world.threeClients();
    const run = await offboard();
    let calls = 0;
    const dying: StepDeps = {
      ...world,
      runs: {
        ...world.runs,
        save: async (...args) => {
          calls += 1;
          if (calls % 3 === 0) throw new RemoteUnavailable("records", { executed: "unknown" });
          return world.runs.save(...args);
        },
      },
    };

    await world.workFor(GRACE_MS + 2 * DAY_MS, dying);
    await world.workFor(DAY_MS);

    expect(await world.runOf(run)).toMatchObject({ state: "done" });
    expect(told("client.deleted")).toHaveLength(3);
    expect(told("subscription.offboarded")).toHaveLength(1);
  });
});

const aNew = () => {
  const request = { subscription: "contoso", displayName: "New", roles: ["api.read"] as const };
  return createClient(world, { ...request, requestedBy: "Ann", by: ANN });
};
