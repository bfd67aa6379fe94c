import { beforeEach, describe, expect, test } from "vitest";
import { activityRecords } from "../../../shared/adapters/records/activity-records.ts";
import { dayOf } from "../../../shared/base/day.ts";
import { RemoteUnavailable } from "../../../shared/base/unavailable.ts";
import { THE_SERVICE } from "../../../shared/clients/actor.ts";
import type { StepDeps } from "../../../shared/operations/whole/take-step.ts";
import { collect } from "../../support/collect.ts";
import { abandoned, RECONCILE_AFTER_MS } from "../../support/product.ts";
import { GRACE_MS, type RunWorld, runWorld } from "../../support/run-world.ts";

/** When an operation on a whole subscription has come to its end, and what is said of that. */

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

let world: RunWorld;
beforeEach(() => {
  world = runWorld({ directoryWritesPerMinute: 60 });
});

const offboard = () => world.offboard("The end");
const suspended = async () => (await world.operations.account("contoso")).account.suspended;
const entries = async () =>
  (await activityRecords(world.clientsTable).activity("contoso", {}, 100)).entries;
const incidents = () =>
  world.checks.waiting.flatMap(({ body }) =>
    body.type === "operation.incident" ? [body.reason] : [],
  );

describe("an operation on a whole subscription", () => {
  test.each(["restore", "suspend", "resume"] as const)(
    "waits for a %s that is under way, which may leave one more client to be changed",
    async (kind) => {
      const [first] = await world.threeClients();
      const about = { clientId: first.id, as: "customer" } as const;
      if (kind === "restore") await world.records.remove(first, world.runtime.now());
      const held = await abandoned(
        world,
        kind === "suspend" ? { ...about, kind, reason: "Mine" } : { ...about, kind },
      );
      if (kind !== "restore") {
        // It looks as it is to look for as long as that has not ended.
        const found = await world.records.client("contoso", first.id);
        const stop = { by: "customer", reason: "Mine", at: world.runtime.now() } as const;
        if (found) await world.records.save({ ...found.record, suspended: stop }, found.version);
      }
      const run = await world.suspend();
      await world.work(8);
      expect(await world.runOf(run)).toMatchObject({ state: "running" });
      await world.settle(held);
      world.runtime.pass(2 * MINUTE_MS);
      for (const left of await world.operations.allUnderWay("contoso")) await world.settle(left);

      await world.work();

      expect(await world.runOf(run)).toMatchObject({ state: "done", errors: [] });
    },
  );

  test("waits for no change that leaves clients as they are", async () => {
    await world.threeClients();
    const run = await world.suspend();
    await world.work(3);
    const [client] = (await world.records.list("contoso", 1)).records;
    await abandoned(world, {
      ...{ kind: "rename", clientId: client?.id ?? "", displayName: "New" },
    });

    await world.work(1);

    expect(await world.runOf(run)).toMatchObject({ state: "done", done: 3 });
  });

  test("comes back to a client that another change holds, and to one that has gone never", async () => {
    const [first, second] = await world.threeClients();
    const held = await abandoned(world, {
      ...{ kind: "rename", clientId: first.id, displayName: "New" },
    });
    // Somebody works on it.
    world.runtime.pass(-RECONCILE_AFTER_MS);
    const { records } = world;
    let isGone = false;
    const list: typeof records.list = async (...given) => {
      const page = await records.list(...given);
      if (!isGone) await records.remove(second, world.runtime.now());
      isGone = true;
      return page;
    };
    const run = await world.suspend();
    await world.work(6, { ...world, records: { ...records, list } });
    expect(await world.runOf(run)).toMatchObject({ state: "running", errors: [] });
    await world.settle(held);

    await world.work();

    expect(await world.runOf(run)).toMatchObject({ state: "done", done: 2, total: 2, errors: [] });
    expect(incidents()).toEqual([]);
  });
});

describe("the end of a customer", () => {
  test("is noted with the account, and on record as the service's", async () => {
    await world.threeClients();
    const { operationId } = await offboard();
    await world.workFor(GRACE_MS + DAY_MS);

    const stop = await suspended();
    expect(stop).toMatchObject({ operationId, reason: "The end", endedAt: expect.any(Date) });
    const id = `${operationId}:subscription.offboarded`;
    const at = stop?.endedAt;
    const ended = (await entries()).find((entry) => entry.id === id);
    expect(ended).toEqual({
      ...{ id, at, by: THE_SERVICE, action: "subscription.offboarded" },
      ...{ subscription: "contoso", outcome: "done" },
    });
    expect(world.events.published.find((event) => event.id === id)).toEqual({
      ...{ id, type: "subscription.offboarded", time: at?.toISOString() },
      ...{ subscription: "contoso", data: { operationId } },
    });
    expect(incidents()).toEqual([]);
  });

  test("is found by its day, though no client was deleted on it", async () => {
    await offboard();
    await world.workFor(GRACE_MS + DAY_MS);

    const at = (await suspended())?.endedAt ?? new Date(0);
    expect(await collect(world.journal.activeOn(dayOf(at)))).toEqual(["contoso"]);
  });

  test("is noted with the next step where the account has changed meanwhile", async () => {
    await world.threeClients();
    const run = await offboard();
    await world.workFor(GRACE_MS);
    let refusals = 2;
    const stop: StepDeps["operations"]["stop"] = async (...given) => {
      refusals -= 1;
      return refusals < 0 && world.operations.stop(...given);
    };
    const operations = { ...world.operations, stop };

    await world.workFor(DAY_MS, { ...world, operations });

    expect(await world.runOf(run)).toMatchObject({ state: "done", done: 3 });
    expect(refusals).toBe(-1);
    expect(await suspended()).toMatchObject({ endedAt: expect.any(Date) });
  });

  test("tells operators at once of who could not be stopped, and deletes them all the same", async () => {
    await world.threeClients();
    const refusal = { kind: "refused", refusal: { reason: "not-ours" } } as const;
    world.directory.answerNext("setDisabled", refusal);
    const run = await offboard();
    await world.workFor(DAY_MS);

    expect(incidents()).toContain("stop-incomplete");
    expect(await world.runOf(run)).toMatchObject({ state: "running", stopped: true, errors: [] });
    await world.workFor(GRACE_MS);

    expect(await world.runOf(run)).toMatchObject({ state: "done", done: 3, errors: [] });
    expect(world.directory.all()).toEqual([]);
  });

  test("is counted by who is deleted", async () => {
    await world.threeClients();
    const run = await offboard();
    await world.workFor(GRACE_MS);
    const counts: (number | undefined)[][] = [];
    for (let step = 0; step < 2; step += 1) {
      await world.work(1);
      const now = await world.runOf(run);
      counts.push([now?.done, now?.total]);
    }

    // The first was deleted at the moment itself.
    expect(counts).toEqual([
      [2, 3],
      [3, 3],
    ]);
  });

  test("that is called off while it is noted has not come", async () => {
    await world.threeClients();
    const run = await offboard();
    await world.workFor(GRACE_MS);
    let looks = 0;
    const account: StepDeps["operations"]["account"] = async (subscription) => {
      looks += world.directory.all().length === 0 ? 1 : 0;
      // Between the look that begins the last step and the one that ends it.
      if (looks === 2) await world.begin("cancel-offboard");
      return world.operations.account(subscription);
    };
    const operations = { ...world.operations, account };

    await world.work(1_000, { ...world, operations });

    expect(await world.runOf(run)).toMatchObject({ state: "cancelled" });
    expect(world.told()).not.toContain("subscription.offboarded");
    expect(await suspended()).toBeUndefined();
  });

  test("that is called off between the last look and the note of it is told to nobody", async () => {
    await world.threeClients();
    const run = await offboard();
    await world.workFor(GRACE_MS);
    const stop: StepDeps["operations"]["stop"] = async (...given) => {
      await world.begin("cancel-offboard");
      return world.operations.stop(...given);
    };
    await world.work(1_000, { ...world, operations: { ...world.operations, stop } });

    expect(await world.runOf(run)).toMatchObject({ state: "cancelled" });
    expect(world.told()).not.toContain("subscription.offboarded");
  });

  test("that was noted by a host which then died is told of by the next one, as of when it was noted", async () => {
    await world.threeClients();
    const run = await offboard();
    await world.workFor(GRACE_MS);
    const dies = () => Promise.reject(new RemoteUnavailable("bus", { executed: "no" }));
    const events = { ...world.events, publish: dies };
    const journal = { ...world.journal, untold: dies };
    for (let step = 0; step < 10 && !(await suspended())?.endedAt; step += 1) {
      const isNoting = world.directory.all().length === 0;
      await world.work(1, isNoting ? { ...world, events, journal } : world);
    }
    expect(world.told()).not.toContain("subscription.offboarded");

    await world.work();

    expect(await world.runOf(run)).toMatchObject({ state: "done" });
    const told = world.events.published.filter(({ type }) => type === "subscription.offboarded");
    expect(told.map(({ time }) => time)).toEqual([(await suspended())?.endedAt?.toISOString()]);
  });

  test("comes on the day itself, however few messages wait for it", async () => {
    await world.threeClients();
    const run = await offboard();
    await world.workFor(GRACE_MS - MINUTE_MS);
    const waiting = world.checks.waiting.map(({ at }) => at.getTime());

    expect(Math.max(...waiting)).toBe(run.deleteAt?.getTime());
  });
});
