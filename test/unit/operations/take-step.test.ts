import { beforeEach, describe, expect, test } from "vitest";
import { RemoteUnavailable } from "../../../shared/base/unavailable.ts";
import { beginRun } from "../../../shared/operations/whole/begin-run.ts";
import { type StepDeps, takeStep } from "../../../shared/operations/whole/take-step.ts";
import { failure } from "../../support/failure.ts";
import { RECONCILE_AFTER_MS } from "../../support/product.ts";
import { type RunWorld, runWorld } from "../../support/run-world.ts";
import { newId, OLGA } from "../../support/samples.ts";

/** One step of an operation on a whole subscription, and when the next one comes. */

let world: RunWorld;
beforeEach(() => {
  world = runWorld({ directoryWritesPerMinute: 60 });
});

/** Between two steps of an operation: 29 a minute, of 60. */
const PACE_MS = 60_000 / 29;
const waiting = () => world.checks.waiting.filter(({ body }) => body.type === "subscription.run");
const message = () => {
  const next = world.nextMessage();
  if (!next) throw new Error("No step was scheduled");
  return next;
};
const incidents = () =>
  world.checks.waiting.flatMap(({ body }) =>
    body.type === "operation.incident" ? [body.reason] : [],
  );

describe("clients that the directory refuses to change", () => {
  /** As many as there is room for have been noted, of clients that are not the first three. */
  async function full() {
    const run = await world.suspend();
    const found = await world.runs.find(run.operationId);
    if (!found) throw new Error("It was not written down");
    const errors = Array.from({ length: 300 }, () => ({
      ...{ clientId: newId(), problem: "client-not-managed" },
    }));
    await world.runs.save({ ...found.run, errors }, found.version);
    return run;
  }
  const refusing = (refused: readonly string[]): StepDeps => ({
    ...world,
    directory: {
      ...world.directory,
      setDisabled: async (id, disabled, expected) =>
        refused.includes(id)
          ? { kind: "refused", refusal: { reason: "not-ours" } }
          : world.directory.setDisabled(id, disabled, expected),
    },
  });

  test("and that there is no room to name keep no operation going for ever, and operators are told", async () => {
    const [first, second, third] = await world.threeClients();
    const run = await full();

    await world.work(1_000, refusing([first.id, second.id]));

    const ended = await world.runOf(run);
    expect(ended).toMatchObject({ state: "parked", done: 1, total: 3 });
    expect(ended?.errors).toHaveLength(300);
    expect(world.directory.all().find(({ disabled }) => disabled)?.id).toBe(third.id);
    expect(incidents()).toContain("stop-incomplete");
  });

  test("are named as long as there is room", async () => {
    const [first] = await world.threeClients();
    const run = await full();
    const found = await world.runs.find(run.operationId);
    if (!found) throw new Error("It was not written down");
    const errors = found.run.errors.slice(1);
    await world.runs.save({ ...found.run, errors }, found.version);

    await world.work(1_000, refusing([first.id]));

    const ended = await world.runOf(run);
    expect(ended).toMatchObject({ state: "done", done: 2, total: 3 });
    expect(ended?.errors.at(-1)).toEqual({ clientId: first.id, problem: "client-not-managed" });
  });
});

describe("the message of a step", () => {
  test("that comes before its operation is written down is looked at three times more", async () => {
    const early = { operationId: newId(), subscription: "contoso", step: 0 };
    const first = { type: "subscription.run", version: 1, ...early } as const;
    expect(await takeStep(world, first)).toBe("waiting");
    const [again] = waiting();
    expect(again?.at.getTime()).toBe(world.nowMs() + RECONCILE_AFTER_MS);

    const looks: string[] = [];
    for (let next = world.nextMessage(); next; next = world.nextMessage())
      looks.push(await takeStep(world, next));

    expect(looks).toEqual(["waiting", "waiting", "ended"]);
  });

  test("that is over, or of an operation that is over, is of no use any more", async () => {
    await world.threeClients();
    const run = await world.suspend();
    const first = message();
    expect(await takeStep(world, first)).toBe("stepped");
    expect(await takeStep(world, first)).toBe("ended");
    await world.work();
    const step = ((await world.runOf(run))?.step ?? 0) + 1;

    expect(await takeStep(world, { ...first, step })).toBe("ended");

    expect(waiting().filter(({ at }) => at.getTime() > world.nowMs())).toEqual([]);
  });

  test("comes at the pace that leaves customers half of the directory's writes", async () => {
    await world.threeClients();
    await world.suspend();
    await takeStep(world, message());
    const at = waiting().at(-1)?.at.getTime() ?? 0;

    expect(at - world.nowMs()).toBe(Math.floor(PACE_MS));
    expect(waiting().at(-1)?.body).toMatchObject({ step: 1 });
    expect(waiting().at(-1)?.body).not.toHaveProperty("attempt");
  });

  test("comes ever more seldom while steps come to nothing, and in pace again once one does not", async () => {
    await world.threeClients();
    await world.suspend();
    const notNow = { kind: "not-now", retryAfterSeconds: 5, throttled: false } as const;
    for (let at = 0; at < 12; at += 1) world.directory.answerNext("setDisabled", notNow);
    const pauses: number[] = [];
    for (let step = 0; step < 14; step += 1) {
      await takeStep(world, message());
      pauses.push((waiting().at(-1)?.at.getTime() ?? 0) - world.nowMs());
    }

    const pace = Math.floor(PACE_MS);
    const doubled = [pace, pace, 4_000, 8_000, 16_000, 32_000, 64_000, 128_000, 256_000];
    expect(pauses).toEqual([...doubled, ...Array.from({ length: 4 }, () => 300_000), pace]);
  });

  test("is called off once nothing is left to be done", async () => {
    await world.threeClients();
    await world.suspend();
    let last = "";
    for (let next = world.nextMessage(); next; next = world.nextMessage())
      last = await takeStep(world, next);

    expect(last).toBe("done");
    expect(waiting().every(({ at }) => at.getTime() <= world.nowMs())).toBe(true);
  });

  test("is put off by an outage of the tables, and not by a fault of ours", async () => {
    await world.threeClients();
    await world.suspend();
    const first = message();
    const dies = (error: Error): StepDeps => ({
      ...world,
      runs: { ...world.runs, find: () => Promise.reject(error) },
    });
    const fault = new Error("Ours");
    expect(await failure(takeStep(dies(fault), first))).toBe(fault);
    const away = new RemoteUnavailable("records", { executed: "no" });

    expect(await takeStep(dies(away), first)).toBe("put-off");
    expect(waiting().at(-1)).toMatchObject({ body: { step: 0, attempt: 1 } });
    expect((waiting().at(-1)?.at.getTime() ?? 0) - world.nowMs()).toBe(1_000);
  });
});

describe("clients", () => {
  test("are all found, however many pages they fill", async () => {
    await world.threeClients();
    const run = await world.suspend();
    const { records } = world;
    const list: typeof records.list = (subscription, _, after) =>
      records.list(subscription, 1, after);

    await world.work(1_000, { ...world, records: { ...records, list } });

    expect(world.disabled()).toEqual([true, true, true]);
    expect(await world.runOf(run)).toMatchObject({ state: "done", done: 3, total: 3 });
  });

  test("are tried in turn, so that one which cannot be reached keeps no other waiting", async () => {
    await world.threeClients();
    const ids = world.directory
      .all()
      .map(({ id }) => id)
      .toSorted();
    await world.suspend();
    const asked: string[] = [];
    const setDisabled: typeof world.directory.setDisabled = async (id) => {
      asked.push(id);
      return { kind: "unknown", retryAfterSeconds: 1 };
    };

    await world.work(4, { ...world, directory: { ...world.directory, setDisabled } });

    // The first of them is held by its own change by then.
    expect(asked).toEqual(ids);
  });
});

describe("a step", () => {
  test("waits a while for what the account does not say yet, and then has not happened", async () => {
    await world.threeClients();
    const stop = async (): Promise<never> => {
      throw new RemoteUnavailable("records", { executed: "no" });
    };
    const dying = { ...world, operations: { ...world.operations, stop } };
    const about = { kind: "suspend-subscription", subscription: "contoso", by: OLGA } as const;
    await failure(beginRun(dying, { ...about, reason: "Not paid" }));
    const first = message();

    expect(await takeStep(world, first)).toBe("waiting");
    expect(waiting().at(-1)?.body).toMatchObject({ step: 0, attempt: 1 });
    expect((waiting().at(-1)?.at.getTime() ?? 0) - world.nowMs()).toBe(1_000);
    // The first step came a second after it was written down.
    world.runtime.pass(RECONCILE_AFTER_MS - 1_001);
    expect(await takeStep(world, first)).toBe("waiting");
    world.runtime.pass(1);
    expect(await takeStep(world, first)).toBe("cancelled");
  });

  test("of what was reversed after it had begun is called off at once, and nobody is alerted", async () => {
    const [first] = await world.threeClients();
    const run = await world.suspend();
    await takeStep(world, message());
    const found = await world.runs.find(run.operationId);
    if (!found) throw new Error("It was not written down");
    const errors = [{ clientId: first.id, problem: "client-not-managed" }];
    await world.runs.save({ ...found.run, errors }, found.version);
    const next = message();
    await world.resume();

    expect(await takeStep(world, next)).toBe("cancelled");

    expect(incidents()).toEqual([]);
  });

  test("waits until operators have used less than half of the directory's writes", async () => {
    await world.threeClients();
    const run = await world.suspend();
    const first = message();
    for (let at = 0; at < 29; at += 1) world.share.count();
    const waitMs = world.share.operatorsWaitMs();

    expect(await takeStep(world, first)).toBe("waiting");

    expect(waiting().at(-1)).toMatchObject({ body: { step: 0 } });
    expect(waiting().at(-1)?.at.getTime()).toBe(world.nowMs() + waitMs);
    expect(world.disabled()).toEqual([false, false, false]);
    // Nobody takes so short a wait for a loss.
    expect((await world.runOf(run))?.nextAt).toBeUndefined();
  });

  test("whose turn somebody else has taken changes nothing", async () => {
    await world.threeClients();
    await world.suspend();
    const save = async () => undefined;

    const taken = await takeStep({ ...world, runs: { ...world.runs, save } }, message());

    expect(taken).toBe("waiting");
    expect(world.disabled()).toEqual([false, false, false]);
  });

  test("is followed by the next as fast as many writes allow", async () => {
    world = runWorld({ directoryWritesPerMinute: 1_000 });
    await world.threeClients();
    await world.suspend();

    await takeStep(world, message());

    expect((waiting().at(-1)?.at.getTime() ?? 0) - world.nowMs()).toBe(120);
  });

  test("that fails by a fault of ours is not put off as if only waiting could help", async () => {
    await world.threeClients();
    await world.suspend();
    const fault = new Error("Ours");
    const setDisabled = () => Promise.reject(fault);
    const deps = { ...world, directory: { ...world.directory, setDisabled } };

    expect(await failure(takeStep(deps, message()))).toBe(fault);
  });
});
