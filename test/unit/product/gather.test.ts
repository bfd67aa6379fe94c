import { describe, expect, test } from "vitest";
import { timeLeftMs, withDeadline } from "../../../shared/base/deadline.ts";
import { type Came, gather } from "../../../shared/base/gather.ts";
import { failure } from "../../support/failure.ts";

/** Doubles what it is asked; says who was asked alone and who together. */
function doubling(
  came: (item: number) => Came<number> | undefined = (item) => ({ value: item * 2 }),
) {
  const alone: number[] = [];
  const together: (readonly number[])[] = [];
  const ask = gather<number, number>({
    most: 3,
    alone: async (item) => {
      alone.push(item);
      if (item < 0) throw new Error(`No ${item}`);
      return item * 2;
    },
    together: async (items) => {
      together.push(items);
      return items.map((item) => came(item) ?? "alone");
    },
  });
  return { ask, alone, together };
}
const turn = () => new Promise((resolve) => setImmediate(resolve));

test("who asks alone is asked for alone", async () => {
  const { ask, alone, together } = doubling();

  expect(await ask(1)).toBe(2);
  expect((await failure(ask(-1))) as Error).toMatchObject({ message: "No -1" });
  expect([alone, together]).toEqual([[1, -1], []]);
});

test("what is asked in one turn is asked together, so many at most, and each has their own answer", async () => {
  const { ask, alone, together } = doubling();

  expect(await Promise.all([1, 2, 3, 4, 5, 6, 7].map(ask))).toEqual([2, 4, 6, 8, 10, 12, 14]);

  expect(together).toEqual([
    [1, 2, 3],
    [4, 5, 6],
  ]);
  expect(alone).toEqual([7]);
});

test("what is asked in another turn is not waited for", async () => {
  const { ask, together, alone } = doubling();

  const first = [ask(1), ask(2)];
  await turn();
  const second = ask(3);
  await Promise.all([...first, second]);

  expect([together, alone]).toEqual([[[1, 2]], [3]]);
});

describe("what it comes to", () => {
  test("is each one's own: a failure, or to be asked again alone", async () => {
    const { ask, alone } = doubling((item) =>
      item === 1 ? { error: new Error("Not this one") } : item === 2 ? "alone" : { value: 0 },
    );

    const [first, second, third] = await Promise.allSettled([1, 2, 3].map(ask));

    expect(first).toMatchObject({ status: "rejected", reason: { message: "Not this one" } });
    expect(second).toEqual({ status: "fulfilled", value: 4 });
    expect(third).toEqual({ status: "fulfilled", value: 0 });
    expect(alone).toEqual([2]);
  });

  test("is asked for alone where it was left out, and failing at that is one's own too", async () => {
    const ask = gather<number, number>({
      most: 3,
      alone: async (item) => {
        throw new Error(`No ${item}`);
      },
      together: async () => [{ value: 1 }],
    });

    const [first, second] = await Promise.allSettled([1, -1].map(ask));

    expect(first).toEqual({ status: "fulfilled", value: 1 });
    expect(second).toMatchObject({ status: "rejected", reason: { message: "No -1" } });
  });

  test("is everybody's where it fails as a whole, and the next ones are asked for anew", async () => {
    let isDown = true;
    const ask = gather<number, number>({
      most: 3,
      alone: async (item) => item,
      together: async (items) => {
        if (isDown) throw new Error("Down");
        return items.map((value) => ({ value }));
      },
    });

    for (const came of await Promise.allSettled([1, 2].map(ask)))
      expect(came).toMatchObject({ status: "rejected", reason: { message: "Down" } });
    isDown = false;
    expect(await Promise.all([1, 2].map(ask))).toEqual([1, 2]);
  });
});

test("alone each runs in their own context, together in that of the first", async () => {
  const seconds: number[] = [];
  const look = () => void seconds.push(Math.ceil(timeLeftMs(60_000) / 1_000));
  const ask = gather<number, void>({
    most: 2,
    alone: async () => look(),
    together: async (items) => {
      look();
      return items.map(() => "alone");
    },
  });

  await Promise.all([8_000, 4_000, 2_000].map((ms, at) => withDeadline(ms, () => ask(at))));

  expect(seconds).toEqual([8, 2, 8, 4]);
});
