import { beforeEach, expect, test } from "vitest";
import { healthReady } from "../../../functions/http/documents/health.ts";
import { testRuntime } from "../../support/product.ts";

/** Anybody may ask whether the service is ready, and what it asks for that is everybody's. */

let runtime: ReturnType<typeof testRuntime>;
let check: () => Promise<unknown>;
let looks: number;
let ask: () => Promise<unknown>;
beforeEach(() => {
  runtime = testRuntime();
  check = async () => undefined;
  looks = 0;
  const counted = () => {
    looks += 1;
    return check();
  };
  const { handle } = healthReady({ runtime, checks: [counted] });
  ask = () =>
    handle({
      ...{ caller: undefined, by: undefined, body: undefined, query: undefined, asLines: false },
      ...{ id: "", keyId: "", credentialId: "", subscription: "", appId: "" },
    });
});

const READY = { ok: true, value: { status: 200, body: { status: "ok" } } };
const manyTimes = () => Promise.all(Array.from({ length: 100 }, ask));

test("however many ask, tables and bus are looked at once a second", async () => {
  const began = runtime.now().getTime();

  expect(await manyTimes()).toEqual(Array(100).fill(READY));
  expect([looks, runtime.now().getTime() - began]).toEqual([1, 0]);

  await manyTimes();
  await manyTimes();
  expect([looks, runtime.now().getTime() - began]).toEqual([3, 2_000]);
});

test("whoever asks now and then is answered at once, and a clock that went back keeps nobody waiting", async () => {
  await ask();
  runtime.pass(1_000);
  const at = runtime.now().getTime();
  await ask();
  expect(runtime.now().getTime()).toBe(at);

  runtime.pass(-3_600_000);
  await ask();
  expect(runtime.now().getTime()).toBe(at - 3_600_000 + 1_000);
});

test("no answer is of a look that had begun before it was asked for", async () => {
  const [begun, goesOn] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  check = () => {
    begun.resolve();
    return goesOn.promise;
  };
  const first = ask();
  await begun.promise;

  check = async () => undefined;
  const second = ask();
  goesOn.reject(new Error("The bus is away"));

  await expect(first).rejects.toThrow("The bus is away");
  expect(await second).toEqual(READY);
});
