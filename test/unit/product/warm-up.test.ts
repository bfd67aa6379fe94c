import { expect, onTestFinished, test, vi } from "vitest";
import { warmUp } from "../../../functions/warm-up.ts";

const turn = () => new Promise((resolve) => setImmediate(resolve));

test("nothing is fetched ahead before the functions are registered, and one round comes after the other", async () => {
  const seen: string[] = [];
  const first = Promise.withResolvers<void>();
  const second = Promise.withResolvers<void>();
  warmUp([
    {
      token: () => {
        seen.push("token");
        return first.promise;
      },
      keys: async () => void seen.push("keys"),
    },
    {
      bus: async () => {
        seen.push("bus");
        second.resolve();
      },
    },
  ]);
  expect(seen).toEqual([]);
  await turn();
  expect(seen).toEqual(["token", "keys"]);
  first.resolve();
  await second.promise;
  expect(seen).toEqual(["token", "keys", "bus"]);
});

test("what fails is named in a warning, without what it said, and keeps nothing else from being fetched", async () => {
  const warn = vi.spyOn(console, "warn").mockImplementation(() => undefined);
  onTestFinished(() => warn.mockRestore());
  const fetched = Promise.withResolvers<void>();
  warmUp([
    { token: () => Promise.reject(new TypeError("secret")) },
    { bus: async () => fetched.resolve() },
  ]);
  await fetched.promise;
  expect(warn.mock.calls).toEqual([["Latchkey could not fetch ahead: token (TypeError)"]]);
});
