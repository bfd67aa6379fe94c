import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { ask } from "../../../shared/adapters/records/ask.ts";
import { withDeadline } from "../../../shared/base/deadline.ts";

/** How long a request and its repeats may take, on a clock of our own. */

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });
});
afterEach(() => {
  vi.useRealTimers();
});

/** A service that never answers and does not notice that it has been called off; when it was asked, and what came of it. */
async function askSilence(budgetMs?: number) {
  const began = performance.now();
  const at: number[] = [];
  const send = () => {
    at.push(performance.now() - began);
    return new Promise<never>(() => undefined);
  };
  const asked =
    budgetMs === undefined ? ask("t", send) : withDeadline(budgetMs, () => ask("t", send));
  const failed = asked.then(
    () => new Error("It has been answered"),
    (error: unknown) => error,
  );
  const ended = failed.then(() => performance.now() - began);
  await vi.advanceTimersByTimeAsync(60_000);
  return { at, error: await failed, ms: await ended };
}

test("gives a request five seconds, and all of them ten", async () => {
  const { at, error, ms } = await askSilence();

  expect(at).toEqual([0, 5_200]);
  expect(ms).toBe(10_000);
  expect(error).toMatchObject({ service: "records", executed: "unknown" });
});

test("stays within a deadline that is sooner", async () => {
  const { at, ms } = await askSilence(5_300);

  expect(at).toEqual([0, 5_200]);
  expect(ms).toBe(5_300);
});

test("does not ask again when the pause would outlast the deadline", async () => {
  const { at, ms } = await askSilence(5_100);

  expect(at).toEqual([0]);
  expect(ms).toBe(5_000);
});
