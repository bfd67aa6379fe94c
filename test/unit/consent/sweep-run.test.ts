import { beforeEach, describe, expect, test } from "vitest";
import { timeLeftMs } from "../../../shared/base/deadline.ts";
import { newObservation, observe } from "../../../shared/base/observation.ts";
import { RemoteUnavailable } from "../../../shared/base/unavailable.ts";
import { sweepRun } from "../../../shared/consent/sweeps/sweep-run.ts";
import { later, NOON, newId } from "../../support/samples.ts";

/** One run over many: how many at once, until when, and what one that fails costs the others. */

const MINUTE = 60_000;
const AWAY = new RemoteUnavailable("directory", { executed: "no" });

let now = NOON;
beforeEach(() => {
  now = NOON;
});
const begin = (reconcileAfterMs = 2 * MINUTE) =>
  sweepRun({
    runtime: { now: () => now, newId, pause: async () => undefined, random: () => 0.5 },
    reconcileAfterMs,
  });
async function* listOf(count: number): AsyncGenerator<number> {
  for (let at = 1; at <= count; at += 1) yield at;
}

describe("entries", () => {
  test("run eight at once, two of one owner, and all of them in the end", async () => {
    const run = begin();
    const open: (() => void)[] = [];
    const begun: string[] = [];
    const work = (owner: string) => () => {
      begun.push(owner);
      return new Promise<void>((resolve) => void open.push(resolve));
    };
    for (const owner of ["a", "a", "a", "b", "c", "d", "e", "f", "g", "h"])
      run.entry(owner, work(owner));
    expect(begun).toEqual(["a", "a", "b", "c", "d", "e", "f", "g"]);
    const done = run.done();
    while (begun.length < 10 || open.length > 0) {
      open.shift()?.();
      await new Promise(setImmediate);
    }
    await done;
    expect([run.failed, run.left]).toEqual([0, 0]);
  });

  test("are begun for four minutes; those that are not are left, and have not failed", async () => {
    const run = begin();
    let begun = 0;
    const work = async () => {
      begun += 1;
    };
    now = later(4 * MINUTE);
    run.entry("a", work);
    await run.done();
    now = later(4 * MINUTE + 1);
    run.entry("a", work);
    await run.done();
    expect([begun, run.left, run.failed]).toEqual([1, 1, 0]);
  });

  test.each([
    ["half a minute at most", 10 * MINUTE, 30_000],
    ["less than the age from which another host takes over", 10_000, 6_000],
  ])("have %s, and so have the questions about a list", async (_, reconcileAfterMs, atMostMs) => {
    const run = begin(reconcileAfterMs);
    const left: number[] = [];
    const work = async () => void left.push(timeLeftMs(10 * MINUTE));
    run.entry("a", work);
    await run.groups(listOf(1), 10, work);
    await run.done();
    expect(left).toHaveLength(2);
    for (const ms of left) {
      expect(ms).toBeLessThanOrEqual(atMostMs);
      expect(ms).toBeGreaterThan(atMostMs / 2);
    }
  });

  test("that fail are counted one by one, and noted once of a kind", async () => {
    const observation = newObservation();
    const run = await observe(observation, async () => {
      const failing = begin();
      for (const error of [AWAY, AWAY, new TypeError("A mistake"), "no error at all"])
        failing.entry("a", () => Promise.reject(error));
      await failing.done();
      return failing;
    });
    expect([run.failed, run.left]).toEqual([4, 0]);
    expect(observation.notes).toEqual(["sweep:directory-away", "sweep:TypeError", "sweep:unknown"]);
  });
});

describe("a list", () => {
  /** The groups that were asked about, in their order. */
  const ask = async (count: number, size: number, failing?: (item: number) => unknown) => {
    const run = begin();
    const groups: (readonly number[])[] = [];
    await run.groups(listOf(count), size, async (group) => {
      groups.push(group);
      for (const item of group) {
        const error = failing?.(item);
        if (error) throw error;
      }
    });
    return { groups, failed: run.failed };
  };

  test.each([
    [0, []],
    [2, [2]],
    [3, [3]],
    [7, [3, 3, 1]],
  ])("of %d is asked about in groups of three", async (count, sizes) => {
    const { groups, failed } = await ask(count, 3);
    expect(groups.map(({ length }) => length)).toEqual(sizes);
    expect(groups.flat()).toEqual(Array.from({ length: count }, (_, at) => at + 1));
    expect(failed).toBe(0);
  });

  test("is asked about in halves where one cannot be asked about, which alone fails", async () => {
    const { groups, failed } = await ask(5, 5, (item) => item === 2 && new TypeError("A mistake"));
    expect(groups).toEqual([[1, 2, 3, 4, 5], [1, 2, 3], [1, 2], [1], [2], [3], [4, 5]]);
    expect(failed).toBe(1);
  });

  test("costs one question for each group where nobody can be asked now", async () => {
    const { groups, failed } = await ask(4, 2, () => AWAY);
    expect(groups).toEqual([
      [1, 2],
      [3, 4],
    ]);
    expect(failed).toBe(2);
  });

  test("is read no further than it is asked about, four groups at once", async () => {
    const run = begin();
    const open: (() => void)[] = [];
    let read = 0;
    const list = async function* () {
      for await (const item of listOf(12)) {
        read = item;
        yield item;
      }
    };
    const asked = run.groups(
      list(),
      2,
      () => new Promise<void>((resolve) => void open.push(resolve)),
    );
    const settled = () => new Promise(setImmediate);
    await settled();
    // The fifth group is read and waits.
    expect([open.length, read]).toEqual([4, 10]);
    open.shift()?.();
    await settled();
    expect([open.length, read]).toEqual([4, 12]);
    while (open.length > 0) {
      open.shift()?.();
      await settled();
    }
    await expect(asked).resolves.toBeUndefined();
  });

  test("is through only when all of it has been asked about", async () => {
    const run = begin();
    const { promise, resolve } = Promise.withResolvers<void>();
    const through: string[] = [];
    const asked = run
      .groups(listOf(1), 2, () => promise)
      .then(() => {
        through.push("the list");
      });
    await new Promise(setImmediate);
    expect(through).toEqual([]);
    resolve();
    await asked;
    expect(through).toEqual(["the list"]);
  });
});
