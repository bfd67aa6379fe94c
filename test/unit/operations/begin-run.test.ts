import { beforeEach, describe, expect, test } from "vitest";
import { activityRecords } from "../../../shared/adapters/records/activity-records.ts";
import { newObservation, observe } from "../../../shared/base/observation.ts";
import { RemoteUnavailable } from "../../../shared/base/unavailable.ts";
import {
  type BeginRunDeps,
  beginRun,
  type RunRequest,
} from "../../../shared/operations/whole/begin-run.ts";
import { collect } from "../../support/collect.ts";
import { failure } from "../../support/failure.ts";
import { type RunWorld, runWorld } from "../../support/run-world.ts";
import { later, OLGA } from "../../support/samples.ts";

/** What is written down before the first client is stopped, and what is done already. */

const DAY_MS = 86_400_000;

let world: RunWorld;
beforeEach(() => {
  world = runWorld({ directoryWritesPerMinute: 60 });
});

const begin = (kind: RunRequest["kind"], more: Partial<RunRequest> = {}, deps = {}) =>
  beginRun({ ...world, ...deps }, { kind, subscription: "contoso", by: OLGA, ...more });
const suspend = (deps: Partial<BeginRunDeps> = {}) =>
  begin("suspend-subscription", { reason: "Not paid" }, deps);
const offboard = (reason = "The end") =>
  begin("offboard-subscription", { reason, graceMs: DAY_MS });
const block = (reason = "Too many") => begin("block-subscription", { reason });
const entries = async () =>
  (await activityRecords(world.clientsTable).activity("contoso", {}, 10)).entries;
const account = async () => (await world.operations.account("contoso")).account;
const told = () => world.told().filter((type) => type.startsWith("subscription."));

describe("an operation on a whole subscription", () => {
  test("is written down, to begin a second later, and is on record with its reason", async () => {
    const seen = newObservation();
    const run = await observe(seen, () => suspend());

    const { operationId } = run;
    expect(run).toEqual({
      ...{ operationId, kind: "suspend-subscription", subscription: "contoso", by: OLGA },
      ...{ createdAt: later(0), reason: "Not paid", state: "running" },
      ...{ done: 0, total: 0, errors: [], step: 0, failures: 0 },
    });
    expect(await world.runOf(run)).toEqual(run);
    expect(seen.operationId).toBe(operationId);
    expect(world.checks.waiting).toEqual([
      {
        body: {
          type: "subscription.run",
          version: 1,
          operationId,
          subscription: "contoso",
          step: 0,
        },
        at: later(1_000),
      },
    ]);
    expect(await entries()).toEqual([
      {
        ...{ id: `${operationId}:subscription.suspended`, at: later(0), by: OLGA },
        ...{ action: "subscription.suspended", subscription: "contoso", outcome: "done" },
        detail: { reason: "Not paid" },
      },
    ]);
  });

  test("that ends a customer says from when on clients are deleted", async () => {
    const run = await offboard();

    expect(run.deleteAt).toEqual(later(DAY_MS));
    const [entry] = await entries();
    expect(entry).toMatchObject({
      action: "subscription.offboarding",
      detail: { reason: "The end", deleteAt: later(DAY_MS).toISOString() },
    });
  });

  test("that has no reason is on record without one", async () => {
    const run = await begin("resume-subscription");

    expect(run).not.toHaveProperty("reason");
    expect(run).not.toHaveProperty("deleteAt");
    expect((await entries())[0]?.detail).toBeUndefined();
  });

  test("is found by its day, which is noted once", async () => {
    await suspend();
    expect(await collect(world.journal.activeOn("2026-03-02"))).toEqual(["contoso"]);
    expect((await account()).activeOn).toBe("2026-03-02");
    world.journalTable.forget();

    await begin("resume-subscription");

    // The operation itself.
    expect(world.journalTable.calls.filter((call) => call.startsWith("replace"))).toHaveLength(1);
  });

  test("is admitted beside changes of the customer's, which are counted meanwhile", async () => {
    const { stop } = world.operations;
    let attempts = 0;
    const operations = {
      ...world.operations,
      stop: async (...given: Parameters<typeof stop>) => {
        attempts += 1;
        return attempts > 5 && stop(...given);
      },
    };

    const run = await suspend({ operations });

    // Half of 5, 10, 20, 40 and 80 ms, as chance is in the middle; a clock has no half milliseconds.
    expect(world.nowMs() - later(0).getTime()).toBe(77);
    expect((await account()).suspended?.operationId).toBe(run.operationId);
  });

  test("that finds no moment between them has not happened, and may be asked for again", async () => {
    let attempts = 0;
    const stop = async () => {
      attempts += 1;
      return false;
    };

    const error = await failure(suspend({ operations: { ...world.operations, stop } }));

    expect(error).toMatchObject({ service: "records", executed: "no", retryAfterSeconds: 1 });
    expect(attempts).toBe(24);
    // None is longer than 200 ms, half of which is waited.
    expect(world.nowMs() - later(0).getTime()).toBeLessThanOrEqual(24 * 100);
    expect(await entries()).toEqual([]);
  });

  test("whose last answer is lost may have happened", async () => {
    const stop = async (): Promise<never> => {
      throw new RemoteUnavailable("records", { executed: "no" });
    };

    const error = await failure(suspend({ operations: { ...world.operations, stop } }));

    expect(error).toMatchObject({ service: "records", executed: "unknown" });
  });
});

describe("what is so already", () => {
  const ids = async (...asks: readonly (() => Promise<{ operationId: string }>)[]) => {
    const made: string[] = [];
    for (const ask of asks) made.push((await ask()).operationId);
    return made;
  };
  const resume = () => begin("resume-subscription");
  const unblock = () => begin("unblock-subscription");
  const cancel = () => begin("cancel-offboard");

  test.each([
    ["suspended", 1, [], suspend],
    ["going on", 2, [suspend], resume],
    ["blocked", 1, [], block],
    ["blocked no more", 2, [block], unblock],
    ["offboarded", 1, [], offboard],
    ["kept", 2, [offboard], cancel],
    ["kept, and is to go on", 2, [offboard, cancel], resume],
  ] as const)(
    "is answered with the operation that has done it: %s",
    async (_, made, before, ask) => {
      for (const one of before) await one();
      const [first, second] = await ids(
        () => ask(),
        () => ask(),
      );

      expect(second).toBe(first);
      expect(await entries()).toHaveLength(made);
    },
  );

  test.each([
    [
      "suspended for another reason",
      () => suspend(),
      () => begin("suspend-subscription", { reason: "B" }),
    ],
    ["blocked for another reason", block, () => block("B")],
    ["offboarded for another reason", offboard, () => offboard("B")],
    ["offboarded, and not only suspended", suspend, () => offboard("Not paid")],
  ] as const)("is no other thing: %s", async (_, first, ask) => {
    const [one, other] = await ids(() => first(), ask);
    expect(other).not.toBe(one);
  });

  test.each([
    ["suspended again after it went on", [suspend, resume], suspend],
    ["going on again", [resume, suspend], resume],
    ["blocked again", [block, unblock], block],
    ["blocked no more again", [unblock, block], unblock],
  ] as const)("is not what was so before: %s", async (_, before, ask) => {
    const earlier = await ids(...before.map((one) => () => one()));
    const [again] = await ids(() => ask());
    expect(earlier).not.toContain(again);
  });

  test.each([
    ["parked", []],
    ["cancelled", []],
    ["done", [{ clientId: crypto.randomUUID(), problem: "client-not-managed" }]],
  ] as const)("is not what was left undone: %s", async (state, errors) => {
    const run = await suspend();
    const found = await world.runs.find(run.operationId);
    if (!found) throw new Error("It was not written down");
    await world.runs.save({ ...found.run, state, errors }, found.version);

    expect((await suspend()).operationId).not.toBe(run.operationId);
  });

  test("is the one that is under way, whomever it could not change so far", async () => {
    const run = await suspend();
    const found = await world.runs.find(run.operationId);
    if (!found) throw new Error("It was not written down");
    const errors = [{ clientId: crypto.randomUUID(), problem: "client-not-managed" }];
    await world.runs.save({ ...found.run, errors }, found.version);

    expect((await suspend()).operationId).toBe(run.operationId);
  });

  test("is done anew when nobody remembers how it came about", async () => {
    const run = await suspend();
    world.runtime.pass(1);
    await world.runs.purge(later(1_000));
    const found = await world.runs.find(run.operationId);
    if (!found) throw new Error("It was not written down");
    const ended = { ...found.run, state: "done", endedAt: later(1) } as const;
    await world.runs.save(ended, found.version);
    expect((await suspend()).operationId).toBe(run.operationId);
    await world.runs.purge(later(1_000));

    expect((await suspend()).operationId).not.toBe(run.operationId);
  });
});

describe("what was asked for a moment ago", () => {
  test.each([
    ["a block", block, () => begin("unblock-subscription")],
    ["its end", () => begin("unblock-subscription"), block],
    ["a suspension", suspend, () => begin("resume-subscription")],
    ["a resumption", () => begin("resume-subscription"), suspend],
  ] as const)("is told of before it is reversed: %s", async (_, ask, reverse) => {
    await ask();
    expect(told()).toEqual([]);
    await reverse();

    expect(told()).toHaveLength(1);
    await world.work();
    expect(told()).toHaveLength(2);
  });

  test("is not told of by what is of another sort", async () => {
    await suspend();
    await block();

    expect(told()).toEqual([]);
  });
});
