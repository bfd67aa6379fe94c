import { expect, test } from "vitest";
import { workQueue } from "../../../shared/consent/sweeps/work-queue.ts";

/** Entries that run until the test lets them end. */
function held() {
  const open: { readonly name: string; readonly end: () => void }[] = [];
  const work = (name: string) => () =>
    new Promise<void>((resolve) => {
      open.push({ name, end: resolve });
    });
  return { work, names: () => open.map(({ name }) => name), end: (at: number) => open[at]?.end() };
}

test("an owner has its share of the lanes and no more; others pass by what it has waiting", () => {
  const queue = workQueue(3, 2);
  const { work, names } = held();
  for (const name of ["a1", "a2", "a3"]) queue.add("a", work(name));
  queue.add("b", work("b1"));
  queue.add("c", work("c1"));
  expect(names()).toEqual(["a1", "a2", "b1"]);
});

test("what still runs of an owner counts when something of it has ended", async () => {
  const queue = workQueue(4, 2);
  const { work, names, end } = held();
  for (const name of ["a1", "a2", "a3", "a4"]) queue.add("a", work(name));
  end(0);
  await expect.poll(names).toContain("a3");
  expect(names()).toEqual(["a1", "a2", "a3"]);
});

test("owners take turns", async () => {
  const queue = workQueue(1, 1);
  const { work, names, end } = held();
  for (const name of ["a1", "a2", "a3"]) queue.add("a", work(name));
  for (const name of ["b1", "b2"]) queue.add("b", work(name));
  for (let at = 0; at < 5; at += 1) {
    await expect.poll(() => names().length).toBe(at + 1);
    end(at);
  }
  await queue.done();
  expect(names()).toEqual(["a1", "a2", "b1", "a3", "b2"]);
});

test("what fails frees its lane, and the end waits for everything", async () => {
  const queue = workQueue(1, 1);
  const done: string[] = [];
  queue.add("a", () => Promise.reject(new Error("No")));
  queue.add("a", async () => {
    done.push("second");
    queue.add("b", async () => {
      done.push("third");
    });
  });
  await queue.done();
  expect(done).toEqual(["second", "third"]);
  await queue.done();
});
