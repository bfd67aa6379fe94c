import { expect, test } from "vitest";
import { inGroups } from "../../../shared/base/in-groups.ts";

/** Work that ends when the test says so. */
function work() {
  const begun: string[] = [];
  const ends = new Map<string, () => void>();
  return {
    begun,
    on: (name: string) =>
      new Promise<void>((resolve) => {
        begun.push(name);
        ends.set(name, resolve);
      }),
    /** Whatever follows from it has begun by then. */
    end: async (...names: string[]) => {
      for (const name of names) ends.get(name)?.();
      await new Promise(setImmediate);
    },
  };
}

test("a group begins as one when there is room for all of it, and whoever hangs keeps one place", async () => {
  const { begun, on, end } = work();
  let done = false;
  const all = inGroups(3, [["a", "b"], ["c", "d"], ["e"], []], on).then(() => {
    done = true;
  });

  expect(begun).toEqual(["a", "b"]);
  await end("b");
  expect(begun).toEqual(["a", "b", "c", "d"]);
  await end("c");
  expect(begun).toEqual(["a", "b", "c", "d", "e"]);
  await end("d", "e");
  expect(done).toBe(false);
  await end("a");
  await all;
  expect(done).toBe(true);
});

test("nothing to do is done at once", async () => {
  await inGroups(1, [], () => Promise.reject(new Error("Nobody asked")));
});
